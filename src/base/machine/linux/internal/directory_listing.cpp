// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/directory_listing.h"

#include <array>
#include <cstddef>
#include <dirent.h>
#include <string>

#include "base/core/error.h"
#include "base/core/platform/fd.h"

namespace rehome::linux_files {

namespace {

using Buffer = std::array<char, 32768>;  // what one getdents64() fills at most on the usual volumes

NodeKind kind_of(unsigned char type) {
  switch (type) {
    case DT_REG:
      return NodeKind::file;
    case DT_DIR:
      return NodeKind::folder;
    case DT_LNK:
      return NodeKind::symlink;
    case DT_FIFO:
      return NodeKind::fifo;
    case DT_SOCK:
      return NodeKind::socket;
    case DT_CHR:
      return NodeKind::char_device;
    case DT_BLK:
      return NodeKind::block_device;
    default:
      return NodeKind::unknown;
  }
}

}  // namespace

std::vector<DirectoryEntry> read_entries(int fd, std::string_view path) {
  std::vector<DirectoryEntry> entries;
  alignas(dirent64) Buffer buffer;  // the kernel fills it
  for (;;) {
    const ssize_t size = platform::retry_interrupted([&] { return ::getdents64(fd, buffer.data(), buffer.size()); });
    platform::checked(size, [&] { return "list " + std::string(path); });
    if (size == 0) return entries;
    for (std::size_t at = 0; at < static_cast<std::size_t>(size);) {
      const auto* entry = reinterpret_cast<const dirent64*>(&buffer.at(at));
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") entries.push_back({std::string(name), kind_of(entry->d_type), entry->d_ino});
      at += entry->d_reclen;
    }
  }
}

}  // namespace rehome::linux_files
