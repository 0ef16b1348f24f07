// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/tar_attributes.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/archive/internal/tar_format.h"

namespace rehome::archive {

namespace {

constexpr std::string_view kSchilyAttribute = "SCHILY.xattr.";
constexpr std::string_view kSelinux = "RHT.security.selinux";
constexpr std::uint32_t kAclVersion = 2;
constexpr std::uint32_t kNoId = UINT32_MAX;

// Of linux/fs.h (FS_*_FL), which stays the same for ever: volumes keep these numbers.
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 8> kFlagWords = {{{"schg", 0x10},
                                                                                   {"simmutable", 0x10},
                                                                                   {"immutable", 0x10},
                                                                                   {"sappnd", 0x20},
                                                                                   {"sappend", 0x20},
                                                                                   {"nodump", 0x40},
                                                                                   {"noatime", 0x80},
                                                                                   {"nocow", 0x800000}}};

struct AclEntry {
  std::uint16_t tag = 0;  // of the kernel; in this order
  std::uint16_t permissions = 0;
  std::uint32_t id = kNoId;
};

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    parts.push_back(text.substr(0, end));
    if (end == text.size()) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<std::uint16_t> permissions_of(std::string_view text) {
  std::uint16_t permissions = 0;
  for (const char letter : text) {
    if (letter == 'r') {
      permissions |= 4;
    } else if (letter == 'w') {
      permissions |= 2;
    } else if (letter == 'x') {
      permissions |= 1;
    } else if (letter != '-') {
      return std::nullopt;
    }
  }
  return permissions;
}

std::optional<std::uint16_t> tag_of(std::string_view word, bool has_name) {
  if (word == "user" || word == "u") return has_name ? 0x02 : 0x01;
  if (word == "group" || word == "g") return has_name ? 0x08 : 0x04;
  if (word == "mask" || word == "m") return 0x10;
  if (word == "other" || word == "o") return 0x20;
  return std::nullopt;
}

std::optional<std::uint32_t> id_of(const std::vector<std::string_view>& fields, bool is_user, const IdsOfNames& ids) {
  for (const std::string_view text : {fields.size() > 3 ? fields[3] : std::string_view{}, fields[1]}) {
    const std::optional<std::uint64_t> number = parse_digits(text);
    if (number && *number < kNoId) return static_cast<std::uint32_t>(*number);
  }
  const auto& ask = is_user ? ids.user : ids.group;
  return ask ? ask(fields[1]) : std::nullopt;
}

std::optional<AclEntry> acl_entry_of(std::string_view line, const IdsOfNames& ids) {
  const std::vector<std::string_view> fields = split(line, ":");
  if (fields.size() < 3) return std::nullopt;
  const bool has_name = !fields[1].empty();
  const std::optional<std::uint16_t> tag = tag_of(fields[0], has_name);
  const std::optional<std::uint16_t> permissions = permissions_of(fields[2]);
  if (!tag || !permissions) return std::nullopt;
  AclEntry entry{.tag = *tag, .permissions = *permissions};
  if (!has_name) return entry;
  const std::optional<std::uint32_t> id = id_of(fields, *tag == 0x02, ids);
  if (!id) return std::nullopt;
  entry.id = *id;
  return entry;
}

}  // namespace

std::optional<std::string> attribute_of_pax(std::string_view key) {
  if (key == kSelinux) return "security.selinux";
  if (!key.starts_with(kSchilyAttribute)) return std::nullopt;
  return std::string(key.substr(kSchilyAttribute.size()));
}

std::optional<std::string> acl_of_pax(std::string_view key) {
  if (key == "SCHILY.acl.access") return "system.posix_acl_access";
  if (key == "SCHILY.acl.default") return "system.posix_acl_default";
  return std::nullopt;
}

std::uint32_t flags_of_words(std::string_view words) {
  std::uint32_t flags = 0;
  for (const std::string_view word : split(words, ",")) {
    for (const auto& [known, flag] : kFlagWords) {
      if (word == known) flags |= flag;
    }
  }
  return flags;
}

std::optional<Bytes> acl_of_words(std::string_view text, const IdsOfNames& ids) {
  std::vector<AclEntry> entries;
  for (std::string_view line : split(text, ",\n")) {
    line = line.substr(0, std::min(line.find('#'), line.size()));
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (line.empty()) continue;
    const std::optional<AclEntry> entry = acl_entry_of(line, ids);
    if (!entry) return std::nullopt;
    entries.push_back(*entry);
  }
  // The kernel wants them in order.
  std::ranges::sort(
      entries, [](const AclEntry& a, const AclEntry& b) { return std::pair(a.tag, a.id) < std::pair(b.tag, b.id); });
  Bytes acl;
  ByteWriter writer(acl);
  writer.u32(kAclVersion);
  for (const AclEntry& entry : entries) {
    writer.u16(entry.tag);
    writer.u16(entry.permissions);
    writer.u32(entry.id);
  }
  return acl;
}

}  // namespace rehome::archive
