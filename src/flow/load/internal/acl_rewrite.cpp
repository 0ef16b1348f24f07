// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/acl_rewrite.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace rehome::load {

namespace {

enum Tag : std::uint16_t { owner = 0x01, user = 0x02, owning_group = 0x04, group = 0x08, mask = 0x10, other = 0x20 };

constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeaderSize = 4;
constexpr std::size_t kEntrySize = 8;
constexpr std::size_t kLargestAcl = 65536;  // XATTR_SIZE_MAX
constexpr std::uint16_t kAllPermissions = 7;
constexpr std::uint32_t kNoId = 0xFFFF'FFFF;

struct Entry {
  std::uint16_t tag = 0;
  std::uint16_t permissions = 0;
  std::uint32_t id = kNoId;
};
using Entries = std::vector<Entry>;

bool is_named(const Entry& entry) { return entry.tag == Tag::user || entry.tag == Tag::group; }

std::size_t count_of(const Entries& entries, Tag tag) {
  return static_cast<std::size_t>(std::ranges::count(entries, tag, &Entry::tag));
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
    Entry entry;
    entry.tag = reader.u16();
    entry.permissions = reader.u16();
    const std::uint32_t id = reader.u32();
    if (entry.permissions > kAllPermissions) return std::unexpected("an entry has permissions that do not exist");
    if (is_named(entry)) entry.id = id;
    entries.push_back(entry);
  }
  return entries;
}

/// What the kernel demands, whatever the order.
std::optional<std::string> fault_of(const Entries& entries) {
  for (const Tag tag : {Tag::owner, Tag::owning_group, Tag::other}) {
    if (count_of(entries, tag) != 1) return "it does not have just one entry each for owner, group and others";
  }
  const std::size_t masks = count_of(entries, Tag::mask);
  const std::size_t named = count_of(entries, Tag::user) + count_of(entries, Tag::group);
  if (masks > 1 || (named > 0 && masks == 0)) return "it has named entries without a mask, or several masks";
  if (named + masks + 3 != entries.size()) return "it has entries of an unknown kind";
  return std::nullopt;
}

/// Changes the ids, sorts, and joins entries that came to mean the same account: it has what either gave it.
std::size_t change_ids(Entries& entries, const IdLookup& uid, const IdLookup& gid) {
  std::size_t dropped = 0;
  for (Entry& entry : entries) {
    if (!is_named(entry)) continue;
    const auto changed = entry.id == kNoId ? std::nullopt : entry.tag == Tag::user ? uid(entry.id) : gid(entry.id);
    entry.id = changed.value_or(kNoId);
  }
  dropped = std::erase_if(entries, [](const Entry& entry) { return is_named(entry) && entry.id == kNoId; });
  std::ranges::sort(entries, {}, [](const Entry& entry) { return std::tuple(entry.tag, entry.id); });
  Entries joined;
  for (const Entry& entry : entries) {
    if (!joined.empty() && joined.back().tag == entry.tag && joined.back().id == entry.id) {
      joined.back().permissions |= entry.permissions;
    } else {
      joined.push_back(entry);
    }
  }
  entries = std::move(joined);
  return dropped;
}

Bytes to_bytes(const Entries& entries) {
  Bytes value;
  ByteWriter writer(value);
  writer.u32(kVersion);
  for (const Entry& entry : entries) {
    writer.u16(entry.tag);
    writer.u16(entry.permissions);
    writer.u32(entry.id);
  }
  return value;
}

}  // namespace

std::expected<RewrittenAcl, std::string> rewrite_acl(ByteView value, const IdLookup& uid, const IdLookup& gid) {
  auto entries = parse(value);
  if (!entries) return std::unexpected(entries.error());
  if (const auto fault = fault_of(*entries)) return std::unexpected(*fault);
  RewrittenAcl result;
  result.dropped = change_ids(*entries, uid, gid);
  result.says_more = entries->size() > 3;
  result.value = to_bytes(*entries);
  return result;
}

}  // namespace rehome::load
