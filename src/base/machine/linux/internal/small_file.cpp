// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/small_file.h"

#include <array>

#include "base/core/error.h"

namespace rehome::linux_etc {

namespace {

std::string read_all(ReadableFile& file, const MachinePath& path, std::uint64_t size_limit) {
  std::string text;
  std::array<std::uint8_t, 16384> buffer{};
  while (const std::size_t count = file.read_at(text.size(), buffer)) {
    text += as_text(ByteView(buffer).first(count));
    if (text.size() > size_limit) {
      throw Error(ErrorCode::limit_exceeded, path + " is larger than the " + std::to_string(size_limit) +
                                                 " bytes that such a file may have; it is damaged or was forged");
    }
  }
  return text;
}

}  // namespace

std::optional<std::string> read_small_file(FileTree& files, const MachinePath& path, std::uint64_t size_limit) {
  try {
    const MachinePath real = files.canonical(path);
    const std::size_t slash = real.rfind('/');
    std::unique_ptr<Folder> folder = files.open(slash == 0 ? "/" : real.substr(0, slash));
    return read_all(*folder->open_file(real.substr(slash + 1)), path, size_limit);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace rehome::linux_etc
