// SPDX-License-Identifier: Apache-2.0
#include "base/boot/internal/loadable_part.h"

#include <algorithm>
#include <cstring>
#include <elf.h>
#include <link.h>

namespace rehome::boot {

namespace {

constexpr std::uint8_t kClass = sizeof(void*) == 8 ? ELFCLASS64 : ELFCLASS32;

/// 0 where the headers make no sense.
std::size_t end_of_segments(ByteView file, const ElfW(Ehdr) & header) {
  std::size_t end = sizeof header;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(ElfW(Phdr));
    if (at > file.size() || file.size() - at < sizeof(ElfW(Phdr))) return 0;
    ElfW(Phdr) segment{};
    std::memcpy(&segment, file.data() + at, sizeof segment);
    if (segment.p_offset > file.size() || segment.p_filesz > file.size() - segment.p_offset) return 0;
    end = std::max({end, at + sizeof segment, static_cast<std::size_t>(segment.p_offset + segment.p_filesz)});
  }
  return end;
}

}  // namespace

Bytes loadable_part(Bytes file) {
  ElfW(Ehdr) header{};
  if (file.size() < sizeof header) return file;
  std::memcpy(&header, file.data(), sizeof header);
  if (std::memcmp(&header.e_ident[0], ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != kClass ||
      header.e_phentsize != sizeof(ElfW(Phdr)) || header.e_phnum == 0) {
    return file;
  }
  const std::size_t end = end_of_segments(file, header);
  if (end == 0) return file;
  file.resize(end);
  header.e_shoff = 0;
  header.e_shnum = 0;
  header.e_shstrndx = SHN_UNDEF;
  std::memcpy(file.data(), &header, sizeof header);
  return file;
}

}  // namespace rehome::boot
