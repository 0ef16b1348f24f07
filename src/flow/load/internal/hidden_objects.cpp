// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/hidden_objects.h"

#include <algorithm>
#include <optional>

#include "base/machine/posix_acl.h"
#include "flow/load/internal/id_ranges.h"

namespace rehome::load {

namespace {

constexpr std::uint32_t kRead = 4;
constexpr std::uint32_t kSearch = 1;
constexpr unsigned kOwnerShift = 6;
constexpr unsigned kGroupShift = 3;

using Gids = std::set<std::uint32_t>;

/// It becomes the user's own whoever had it.
bool is_home(const Location& location) { return location.anchor == KnownFolder::home && location.rest.empty(); }

std::optional<std::vector<AclEntry>> acl_of(const Metadata& metadata) {
  const auto found = std::ranges::find(metadata.attributes, kAccessAcl, &ExtendedAttribute::name);
  if (found == metadata.attributes.end()) return std::nullopt;
  auto entries = decode_acl(found->value);
  return entries ? std::optional(*std::move(entries)) : std::nullopt;
}

/// As acl(5) says who gets what: the user's own entry, else any of his groups', else what others have.
bool acl_grants(const std::vector<AclEntry>& acl, const Metadata& metadata, std::uint32_t uid, const Gids& gids,
                std::uint32_t wanted) {
  std::uint32_t mask = kRead | kSearch;
  std::uint32_t others = 0, own = 0, groups = 0;
  bool has_own = false, has_group = false;
  for (const AclEntry& entry : acl) {
    if (entry.tag == AclTag::mask) mask = entry.permissions;
    if (entry.tag == AclTag::other) others = entry.permissions;
    if (entry.tag == AclTag::user && entry.id == uid) {
      has_own = true;
      own = entry.permissions;
    }
    const std::uint32_t gid = entry.tag == AclTag::owning_group ? metadata.gid : entry.id;
    if ((entry.tag == AclTag::group || entry.tag == AclTag::owning_group) && gids.contains(gid)) {
      has_group = true;
      groups |= entry.permissions;
    }
  }
  const std::uint32_t granted = has_own ? own & mask : has_group ? groups & mask : others;
  return (granted & wanted) != 0;
}

}  // namespace

bool may_look_into(const Object& object, std::uint32_t uid, const Gids& gids) {
  const Metadata& metadata = object.metadata;
  const std::uint32_t wanted = object.kind == NodeKind::folder ? kSearch : kRead;
  if (metadata.uid == uid) return (metadata.mode >> kOwnerShift & wanted) != 0;
  if (const auto acl = acl_of(metadata)) return acl_grants(*acl, metadata, uid, gids, wanted);
  if (gids.contains(metadata.gid)) return (metadata.mode >> kGroupShift & wanted) != 0;
  return (metadata.mode & wanted) != 0;
}

HiddenObjects::HiddenObjects(const CaptureInfo& info, const AccountMapping& mapping, const IdMapping& ids,
                             bool trust_source)
    : ids_(ids) {
  if (trust_source || info.flavour != MachineFlavour::linux) return;
  for (const RestoredAccount& account : mapping.restored) {
    Reader reader{.uid = account.source.uid, .gids = {account.source.gid}, .subuids = account.source.subuids};
    for (const Group& group : info.groups) {
      if (std::ranges::count(account.source.groups, group.name) > 0) reader.gids.insert(group.gid);
    }
    readers_.emplace(account.number, std::move(reader));
  }
}

HiddenObjects::Verdict HiddenObjects::judge(const Object& object) {
  const auto reader = readers_.find(object.location.account);
  if (reader == readers_.end() || is_home(object.location)) return Verdict::shown;
  if (lies_in_hidden_folder(object.location)) return Verdict::in_hidden_folder;
  const bool has_content = object.kind == NodeKind::file || object.kind == NodeKind::folder;
  if (!has_content || !becomes_the_readers(object, reader->second)) return Verdict::shown;
  if (may_look_into(object, reader->second.uid, reader->second.gids)) return Verdict::shown;
  if (object.kind == NodeKind::folder) folders_.insert(object.location);
  return Verdict::hidden;
}

/// As MetadataPolicy decides it.
bool HiddenObjects::becomes_the_readers(const Object& object, const Reader& reader) const {
  const std::uint32_t uid = object.metadata.uid;
  if (uid == reader.uid) return false;
  if (std::ranges::any_of(reader.subuids, [&](const IdRange& range) { return holds(range, uid); })) return false;
  const AccountNumber account = object.location.account;
  const std::uint32_t owner = ids_.owner(account, uid);
  return owner == ids_.own_uid(account) || !ids_.may_own(account, owner);
}

bool HiddenObjects::lies_in_hidden_folder(const Location& location) const {
  if (folders_.empty()) return false;
  Location above = location;
  while (!above.rest.empty()) {
    const std::size_t slash = above.rest.rfind('/');
    above.rest.resize(slash == std::string::npos ? 0 : slash);
    if (folders_.contains(above)) return true;
  }
  return false;
}

}  // namespace rehome::load
