// SPDX-License-Identifier: Apache-2.0
#include "programs/command/private_file.h"

#include <fmt/format.h>

#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/machine/machine.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::cli {

namespace {

constexpr std::uint32_t kOthers = 0077;
constexpr std::uint32_t kFileMode = 0600;

struct Place {
  std::unique_ptr<Machine> host;
  std::unique_ptr<WritableFolder> folder;
  std::string name;
};

void check_private(const NodeInfo& info, const std::string& path) {
  if (info.metadata.uid == 0 && (info.metadata.mode & kOthers) == 0) return;
  throw Error(ErrorCode::refused,
              fmt::format("{} may be changed or read by others than root (uid {}, mode {:04o}), so nothing is wiped on "
                          "its word; check anew into a folder of root with mode 0700",
                          printable(path), info.metadata.uid, info.metadata.mode));
}

Place open_place(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  const MachinePath folder = slash == 0 ? "/" : path.substr(0, slash);
  Place place{.host = open_machine("/"), .folder = nullptr, .name = path.substr(slash + 1)};
  place.folder = place.host->files().open_for_writing(folder);
  check_private(place.folder->inspect_self(), folder);
  return place;
}

}  // namespace

void write_private_file(const MachinePath& path, ByteView content) {
  const Place place = open_place(path);
  const std::unique_ptr<WritableFile> file = place.folder->create_file(place.name);
  file->write_at(0, content);
  Metadata metadata;
  metadata.mode = kFileMode;
  metadata.modified = metadata.accessed = SystemClock().now();
  file->set_metadata(metadata);
  file->sync();
  file->commit_replacing();
  place.folder->sync();
}

void remove_private_file(const MachinePath& path) {
  const Place place = open_place(path);
  try {
    place.folder->remove_file(place.name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  place.folder->sync();
}

std::optional<Bytes> read_private_file(const MachinePath& path, std::uint64_t most_bytes) {
  const Place place = open_place(path);
  std::unique_ptr<ReadableFile> file;
  try {
    file = place.folder->open_file(place.name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
  const NodeInfo info = file->inspect();
  check_private(info, path);
  if (info.size > most_bytes) throw Error(ErrorCode::limit_exceeded, printable(path) + " is too large");
  Bytes content(info.size);
  std::size_t done = 0;
  while (done < content.size()) {
    const std::size_t count = file->read_at(done, std::span(content).subspan(done));
    if (count == 0) throw Error(ErrorCode::corrupt, printable(path) + " was cut while it was read");
    done += count;
  }
  return content;
}

}  // namespace rehome::cli
