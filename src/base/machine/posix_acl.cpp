// SPDX-License-Identifier: Apache-2.0
#include "base/machine/posix_acl.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace rehome {

namespace {

constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeaderSize = 4;
constexpr std::size_t kEntrySize = 8;
constexpr std::size_t kLargestAcl = 65536;  // XATTR_SIZE_MAX
constexpr std::uint16_t kAllPermissions = 7;

using Entries = std::vector<AclEntry>;

std::size_t count_of(const Entries& entries, AclTag tag) {
  return static_cast<std::size_t>(std::ranges::count(entries, tag, &AclEntry::tag));
}

std::expected<Entries, std::string> parse(ByteView value) {
  if (value.size() > kLargestAcl) return std::unexpected("it is too large");
  if (value.size() < kHeaderSize || (value.size() - kHeaderSize) % kEntrySize != 0) {
    return std::unexpected("its length is no ACL's");
  }
  ByteReader reader(value, "ACL");
  if (reader.u32() != kVersion) return std::unexpected("its version is not 2");
  Entries entries;
  while (reader.remaining() > 0) {
    AclEntry entry;
    entry.tag = static_cast<AclTag>(reader.u16());
    entry.permissions = reader.u16();
    const std::uint32_t id = reader.u32();
    if (entry.permissions > kAllPermissions) return std::unexpected("an entry has permissions that do not exist");
    if (entry.is_named()) entry.id = id;
    entries.push_back(entry);
  }
  return entries;
}

/// What the kernel demands, whatever the order.
std::optional<std::string> fault_of(const Entries& entries) {
  for (const AclTag tag : {AclTag::owner, AclTag::owning_group, AclTag::other}) {
    if (count_of(entries, tag) != 1) return "it does not have just one entry each for owner, group and others";
  }
  const std::size_t masks = count_of(entries, AclTag::mask);
  const std::size_t named = count_of(entries, AclTag::user) + count_of(entries, AclTag::group);
  if (masks > 1 || (named > 0 && masks == 0)) return "it has named entries without a mask, or several masks";
  if (named + masks + 3 != entries.size()) return "it has entries of an unknown kind";
  return std::nullopt;
}

}  // namespace

std::expected<std::vector<AclEntry>, std::string> decode_acl(ByteView value) {
  auto entries = parse(value);
  if (!entries) return entries;
  if (const auto fault = fault_of(*entries)) return std::unexpected(*fault);
  return entries;
}

Bytes encode_acl(std::vector<AclEntry> entries) {
  std::ranges::sort(entries, {}, [](const AclEntry& entry) { return std::tuple(entry.tag, entry.id); });
  Bytes value;
  ByteWriter writer(value);
  writer.u32(kVersion);
  for (const AclEntry& entry : entries) {
    writer.u16(static_cast<std::uint16_t>(entry.tag));
    writer.u16(entry.permissions);
    writer.u32(entry.id);
  }
  return value;
}

}  // namespace rehome
