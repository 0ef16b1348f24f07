// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/acl_rewrite.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "base/machine/posix_acl.h"

namespace rehome::load {

namespace {

using Entries = std::vector<AclEntry>;

/// Changes the ids, sorts, and joins entries that came to mean the same account: it has what either gave it.
std::size_t change_ids(Entries& entries, const IdLookup& uid, const IdLookup& gid) {
  std::size_t dropped = 0;
  for (AclEntry& entry : entries) {
    if (!entry.is_named()) continue;
    const auto changed = entry.id == kNoAclId        ? std::nullopt
                         : entry.tag == AclTag::user ? uid(entry.id)
                                                     : gid(entry.id);
    entry.id = changed.value_or(kNoAclId);
  }
  dropped = std::erase_if(entries, [](const AclEntry& entry) { return entry.is_named() && entry.id == kNoAclId; });
  std::ranges::sort(entries, {}, [](const AclEntry& entry) { return std::tuple(entry.tag, entry.id); });
  Entries joined;
  for (const AclEntry& entry : entries) {
    if (!joined.empty() && joined.back().tag == entry.tag && joined.back().id == entry.id) {
      joined.back().permissions |= entry.permissions;
    } else {
      joined.push_back(entry);
    }
  }
  entries = std::move(joined);
  return dropped;
}

}  // namespace

std::expected<RewrittenAcl, std::string> rewrite_acl(ByteView value, const IdLookup& uid, const IdLookup& gid) {
  auto entries = decode_acl(value);
  if (!entries) return std::unexpected(entries.error());
  RewrittenAcl result;
  result.dropped = change_ids(*entries, uid, gid);
  result.says_more = entries->size() > 3;
  result.value = encode_acl(std::move(*entries));
  return result;
}

}  // namespace rehome::load
