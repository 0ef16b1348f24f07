// SPDX-License-Identifier: Apache-2.0
#include "programs/command/host.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/platform/process.h"
#include "base/machine/linux/linux_machine.h"
#include "model/outcome.h"

namespace rehome::cli {

namespace {

constexpr std::uint32_t kWritableByOthers = 022;
constexpr std::uint32_t kReadableByOthers = 077;
constexpr std::size_t kLargestSecretFile = 1024 * 1024;

void check_trust(const std::string& path, const NodeInfo& info, Trust trust) {
  const Metadata& metadata = info.metadata;
  if (trust == Trust::rule_file && platform::effective_user_id() == 0 &&
      (metadata.uid != 0 || (metadata.mode & kWritableByOthers) != 0)) {
    throw Error(ErrorCode::refused,
                fmt::format("the rule file {} may be changed by other users than root, who would then decide what root "
                            "reads; make it root's own: chown root {} && chmod go-w {}",
                            printable(path), printable(path), printable(path)));
  }
  if (trust != Trust::secret_file) return;
  if ((metadata.mode & kReadableByOthers) != 0) {
    throw Error(
        ErrorCode::refused,
        fmt::format("{} is to be kept secret and may be read by other users; take their permission first: chmod 600 {}",
                    printable(path), printable(path)));
  }
  if (metadata.uid != 0 && metadata.uid != platform::effective_user_id()) {
    throw Error(ErrorCode::refused, fmt::format("{} is to be kept secret and belongs to another user; use a "
                                                "file of your own",
                                                printable(path)));
  }
}

struct PathParts {
  MachinePath folder;
  std::string name;
};

PathParts split(const std::string& path) {
  const MachinePath absolute = absolute_path(path);
  const std::size_t slash = absolute.rfind('/');
  return {.folder = slash == 0 ? "/" : absolute.substr(0, slash), .name = absolute.substr(slash + 1)};
}

void write_new_file(const std::string& path, ByteView content, std::uint32_t mode) {
  const PathParts parts = split(path);
  const std::unique_ptr<Machine> host = open_machine("/");
  const std::unique_ptr<WritableFolder> folder = host->files().open_for_writing(parts.folder);
  const std::unique_ptr<WritableFile> file = folder->create_file(parts.name);
  file->write_at(0, content);
  Metadata metadata = folder->inspect_self().metadata;
  metadata.uid = platform::effective_user_id();
  metadata.mode = mode;
  metadata.modified = metadata.accessed = SystemClock().now();
  metadata.attributes.clear();
  metadata.flags = 0;
  file->set_metadata(metadata);
  file->sync();
  file->commit();
  folder->sync();
}

}  // namespace

std::unique_ptr<Machine> open_machine(const std::string& root) { return open_linux_machine(absolute_path(root)); }

MachinePath absolute_path(const std::string& path) {
  if (path.empty()) throw Error(ErrorCode::invalid_argument, "an empty text is no path; name a file or folder");
  std::string absolute = std::filesystem::absolute(path).lexically_normal().string();
  while (absolute.size() > 1 && absolute.back() == '/') absolute.pop_back();
  return absolute;
}

std::string read_host_file(const std::string& path, Trust trust, std::size_t size_limit) {
  const std::unique_ptr<Machine> host = open_machine("/");
  const PathParts parts = split(host->files().canonical(absolute_path(path)));
  const std::unique_ptr<ReadableFile> file = host->files().open(parts.folder)->open_file(parts.name);
  const NodeInfo info = file->inspect();
  check_trust(path, info, trust);
  if (info.size > size_limit) {
    throw Error(ErrorCode::invalid_argument, fmt::format("{} is {} bytes large, more than the {} allowed here",
                                                         printable(path), info.size, size_limit));
  }
  std::string content(info.size, '\0');
  std::size_t done = 0;
  while (done < content.size()) {
    const std::size_t count =
        file->read_at(done, {reinterpret_cast<std::uint8_t*>(content.data()) + done, content.size() - done});
    if (count == 0) break;
    done += count;
  }
  content.resize(done);
  return content;
}

Secret read_secret_file(const std::string& path) {
  std::string text = read_host_file(path, Trust::secret_file, kLargestSecretFile);
  Secret secret(as_bytes(text));
  wipe(text);
  return secret;
}

Secret read_secret_line(const std::string& path) {
  const Secret content = read_secret_file(path);
  const std::string_view text = as_text(content.view());
  Secret line(as_bytes(text.substr(0, text.find_first_of("\r\n"))));
  if (line.empty()) throw Error(ErrorCode::invalid_argument, "the first line of " + printable(path) + " is empty");
  return line;
}

void write_secret_file(const std::string& path, ByteView content) { write_new_file(path, content, 0600); }

void take_back_file(const std::string& path) {
  const PathParts parts = split(path);
  try {
    open_machine("/")->files().open_for_writing(parts.folder)->remove_file(parts.name);
  } catch (const Error&) {
    // What failed before is what has to be told.
  }
}

void write_public_file(const std::string& path, ByteView content) { write_new_file(path, content, 0644); }

}  // namespace rehome::cli
