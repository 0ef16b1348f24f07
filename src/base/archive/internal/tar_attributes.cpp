// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/tar_attributes.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "base/archive/internal/tar_format.h"
#include "base/machine/posix_acl.h"

namespace rehome::archive {

namespace {

constexpr std::string_view kSchilyAttribute = "SCHILY.xattr.";
constexpr std::string_view kSelinux = "RHT.security.selinux";

// Of linux/fs.h (FS_*_FL), which stays the same for ever: volumes keep these numbers.
constexpr std::array<std::pair<std::string_view, std::uint32_t>, 8> kFlagWords = {{{"schg", 0x10},
                                                                                   {"simmutable", 0x10},
                                                                                   {"immutable", 0x10},
                                                                                   {"sappnd", 0x20},
                                                                                   {"sappend", 0x20},
                                                                                   {"nodump", 0x40},
                                                                                   {"noatime", 0x80},
                                                                                   {"nocow", 0x800000}}};

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

std::optional<AclTag> tag_of(std::string_view word, bool has_name) {
  if (word == "user" || word == "u") return has_name ? AclTag::user : AclTag::owner;
  if (word == "group" || word == "g") return has_name ? AclTag::group : AclTag::owning_group;
  if (word == "mask" || word == "m") return AclTag::mask;
  if (word == "other" || word == "o") return AclTag::other;
  return std::nullopt;
}

std::optional<std::uint32_t> id_of(const std::vector<std::string_view>& fields, bool is_user, const IdsOfNames& ids) {
  for (const std::string_view text : {fields.size() > 3 ? fields[3] : std::string_view{}, fields[1]}) {
    const std::optional<std::uint64_t> number = parse_digits(text);
    if (number && *number < kNoAclId) return static_cast<std::uint32_t>(*number);
  }
  const auto& ask = is_user ? ids.user : ids.group;
  return ask ? ask(fields[1]) : std::nullopt;
}

std::optional<AclEntry> acl_entry_of(std::string_view line, const IdsOfNames& ids) {
  const std::vector<std::string_view> fields = split(line, ":");
  if (fields.size() < 3) return std::nullopt;
  const bool has_name = !fields[1].empty();
  const std::optional<AclTag> tag = tag_of(fields[0], has_name);
  const std::optional<std::uint16_t> permissions = permissions_of(fields[2]);
  if (!tag || !permissions) return std::nullopt;
  AclEntry entry{.tag = *tag, .permissions = *permissions};
  if (!has_name) return entry;
  const std::optional<std::uint32_t> id = id_of(fields, *tag == AclTag::user, ids);
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
  if (key == "SCHILY.acl.access") return std::string(kAccessAcl);
  if (key == "SCHILY.acl.default") return std::string(kDefaultAcl);
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
  return encode_acl(std::move(entries));
}

}  // namespace rehome::archive
