// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/file_copy.h"

#include <array>
#include <fcntl.h>

#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::boot {

namespace {

constexpr std::uint64_t kLargestProgram = 1024 * 1024 * 1024;
constexpr std::size_t kLargestText = 16 * 1024 * 1024;

struct Place {
  MachinePath folder;
  std::string name;
};

Place split(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return {.folder = slash == 0 ? "/" : path.substr(0, slash), .name = path.substr(slash + 1)};
}

void finish(WritableFile& file, std::uint32_t mode) {
  const Timestamp now = SystemClock().now();
  Metadata metadata;
  metadata.mode = mode;
  metadata.modified = metadata.accessed = now;
  file.set_metadata(metadata);
  file.sync();
  file.commit_replacing();
}

}  // namespace

std::unique_ptr<WritableFolder> open_or_make_folder(FileTree& tree, const MachinePath& path) {
  try {
    return tree.open_for_writing(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  const Place place = split(path);
  std::unique_ptr<WritableFolder> made = tree.open_for_writing(place.folder)->create_and_open_folder(place.name);
  Metadata metadata = made->inspect_self().metadata;
  metadata.mode = kProgramMode;
  made->set_own_metadata(metadata);
  return made;
}

void write_file(WritableFolder& folder, const std::string& name, ByteView content, std::uint32_t mode) {
  const std::unique_ptr<WritableFile> file = folder.create_file(name);
  file->write_at(0, content);
  finish(*file, mode);
}

std::unique_ptr<ReadableFile> open_host_file(FileTree& tree, const MachinePath& path) {
  const Place place = split(tree.canonical(path));
  return tree.open(place.folder)->open_file(place.name);
}

Bytes read_host_file(FileTree& tree, const MachinePath& path) {
  const std::unique_ptr<ReadableFile> file = open_host_file(tree, path);
  const std::uint64_t size = file->inspect().size;
  if (size > kLargestProgram) throw Error(ErrorCode::limit_exceeded, path + " is larger than any program");
  Bytes content(size);
  std::size_t at = 0;
  while (at < content.size()) {
    const std::size_t count = file->read_at(at, std::span(content).subspan(at));
    if (count == 0) throw Error(ErrorCode::io, path + " was cut while it was read; do it again");
    at += count;
  }
  return content;
}

std::optional<std::string> read_text(const std::string& path) {
  const platform::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) {
    if (errno == ENOENT || errno == ENOTDIR || errno == ENODEV) return std::nullopt;
    throw system_error(errno, "open " + path);
  }
  std::string text;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t count =
        platform::checked(platform::retry_interrupted([&] { return ::read(file.get(), buffer.data(), buffer.size()); }),
                          [&] { return "read " + path; });
    if (count == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(count));
    if (text.size() > kLargestText) throw Error(ErrorCode::limit_exceeded, path + " is larger than any such file");
  }
}

std::string read_line(const std::string& path) {
  std::string text = read_text(path).value_or("");
  text.resize(std::min(text.find('\n'), text.size()));
  return text;
}

}  // namespace rehome::boot
