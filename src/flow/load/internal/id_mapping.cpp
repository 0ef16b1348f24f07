// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/id_mapping.h"

#include <algorithm>
#include <utility>

#include "flow/load/internal/names.h"

namespace rehome::load {

namespace {

constexpr std::uint32_t kNoId = 0xFFFF'FFFF;  // chown() takes it as "leave as it is"
// Below this, ids are handed out once for all computers of a distribution (Debian policy 9.2). So where the store does
// not say whose one was, it is that of who has it here.
constexpr std::uint32_t kEndOfStaticIds = 100;

void add_ranges(std::vector<SubordinateRange>& all, const std::string& owner, const std::vector<IdRange>& ranges) {
  for (const IdRange& range : ranges) all.push_back({owner, range});
}

}  // namespace

IdMapping::IdMapping(const CaptureInfo& info, const AccountMapping& mapping, Findings& findings)
    : mapping_(mapping), findings_(findings), source_has_ids_(info.flavour == MachineFlavour::linux) {
  uids_.kind = "uid";
  gids_.kind = "gid";
  fill_uids(info);
  fill_gids(info);
  fill_groups_of_accounts();
}

void IdMapping::fill_uids(const CaptureInfo& info) {
  for (const Account& account : mapping_.accounts) uids_.taken.emplace(account.uid, account.name);
  uids_.subordinate = mapping_.ranges.uids;
  for (const RestoredAccount& account : mapping_.restored) {
    uids_.known.emplace(account.source.uid, account.destination.uid);
    const auto moved = pair_ranges(account.source.subuids, account.destination.subuids);
    uids_.ranges.insert(uids_.ranges.end(), moved.begin(), moved.end());
    add_ranges(uids_.subordinate, account.destination.name, account.destination.subuids);
  }
  for (const CapturedAccount& captured : info.accounts) {
    uids_.names.emplace(captured.account.uid, captured.account.name);
    const auto same = std::ranges::find(mapping_.accounts, captured.account.name, &Account::name);
    if (same != mapping_.accounts.end()) uids_.known.emplace(captured.account.uid, same->uid);
  }
  uids_.known.emplace(0, 0);
  uids_.known.emplace(kNobody, kNobody);
  fill_services(info);
}

/// A user here who is called like a service of the source is another.
void IdMapping::fill_services(const CaptureInfo& info) {
  for (const ServiceAccount& service : info.services) {
    uids_.names.emplace(service.uid, service.name);
    const auto same = std::ranges::find_if(mapping_.accounts, [&](const Account& here) {
      return here.kind == AccountKind::service && here.name == service.name;
    });
    if (same != mapping_.accounts.end()) uids_.known.emplace(service.uid, same->uid);
  }
}

void IdMapping::fill_gids(const CaptureInfo& info) {
  for (const Group& group : mapping_.groups) gids_.taken.emplace(group.gid, group.name);
  gids_.subordinate = mapping_.ranges.gids;
  for (const RestoredAccount& account : mapping_.restored) {
    const auto primary = std::ranges::find(info.groups, account.source.gid, &Group::gid);
    const bool is_own = primary == info.groups.end() || primary->name == account.source.name;
    if (is_own) gids_.known.emplace(account.source.gid, account.destination.gid);
    const auto moved = pair_ranges(account.source.subgids, account.destination.subgids);
    gids_.ranges.insert(gids_.ranges.end(), moved.begin(), moved.end());
    add_ranges(gids_.subordinate, account.destination.name, account.destination.subgids);
  }
  for (const Group& group : info.groups) {
    gids_.names.emplace(group.gid, group.name);
    const auto same = std::ranges::find(mapping_.groups, group.name, &Group::name);
    if (same != mapping_.groups.end()) gids_.known.emplace(group.gid, same->gid);
  }
  gids_.known.emplace(0, 0);
  gids_.known.emplace(kNobody, kNobody);
}

void IdMapping::fill_groups_of_accounts() {
  for (const Group& group : mapping_.groups) {
    if (is_privileged_group(group.name)) privileged_gids_.insert(group.gid);
    for (const RestoredAccount& account : mapping_.restored) {
      const std::vector<std::string>& joined = account.destination.groups;
      if (std::ranges::find(joined, group.name) != joined.end()) gids_of_accounts_[account.number].insert(group.gid);
    }
  }
  for (const RestoredAccount& account : mapping_.restored) {
    gids_of_accounts_[account.number].insert(account.destination.gid);
  }
}

bool IdMapping::may_own(AccountNumber account, std::uint32_t uid) const {
  return mapping_.find(account) == nullptr || (uid >= mapping_.limits.uid_min && uid != kNobody);
}

bool IdMapping::may_have_group(AccountNumber account, std::uint32_t gid) const {
  return mapping_.find(account) == nullptr || may_set_group(account, gid);
}

bool IdMapping::may_set_group(AccountNumber account, std::uint32_t gid) const {
  const auto own = gids_of_accounts_.find(account);
  if (own != gids_of_accounts_.end() && own->second.contains(gid)) return true;
  return gid >= mapping_.limits.gid_min && gid != kNobody && !privileged_gids_.contains(gid);
}

std::optional<std::uint32_t> IdMapping::find(const Table& table, std::uint32_t id) const {
  if (!source_has_ids_ || id == kNoId) return std::nullopt;
  if (const auto known = table.known.find(id); known != table.known.end()) return known->second;
  for (const MovedRange& range : table.ranges) {
    if (holds({range.from, range.count}, id)) return range.to + (id - range.from);
  }
  const std::string holder = holder_of(table, id);
  say_unknown(table, id, holder);
  return holder.empty() ? std::optional(id) : std::nullopt;
}

/// Who has a range of subordinate ids may read and change whatever belongs to one of them.
std::string IdMapping::holder_of(const Table& table, std::uint32_t id) {
  const auto taken = table.taken.find(id);
  if (taken != table.taken.end() && (id >= kEndOfStaticIds || table.names.contains(id))) return taken->second;
  const auto range =
      std::ranges::find_if(table.subordinate, [&](const SubordinateRange& each) { return holds(each.range, id); });
  return range == table.subordinate.end() ? "" : "a subordinate id of " + printable(range->owner);
}

/// Once for each id, whatever has it: files and entries of ACLs.
void IdMapping::say_unknown(const Table& table, std::uint32_t id, const std::string& holder) const {
  const std::string number = table.kind + " " + std::to_string(id);
  const auto name = table.names.find(id);
  std::string message = number;
  if (name == table.names.end()) {
    message += " has no name in the store";
  } else if (&table == &uids_) {
    message += " was " + printable(name->second) + " at the source, who is not restored and not known here";
  } else {
    message += " was the group " + printable(name->second) + " at the source, which is not here";
  }
  if (!holder.empty()) {
    message += ", and is " + holder + " here; files with it go to the account they are restored with, and entries " +
               "of ACLs for it are left away";
  } else {
    message += "; where it is kept, it stays a number";
  }
  const FindingKind kind = holder.empty() ? FindingKind::account : FindingKind::metadata_lost;
  findings_.record_once(number, {kind, kSystemAccount, "", std::move(message)});
}

std::optional<std::uint32_t> IdMapping::find_uid(AccountNumber account, std::uint32_t uid) const {
  const RestoredAccount* restored = mapping_.find(account);
  if (restored != nullptr && source_has_ids_ && uid == restored->source.uid) return restored->destination.uid;
  return find(uids_, uid);
}

std::uint32_t IdMapping::owner(AccountNumber account, std::uint32_t uid) const {
  return find_uid(account, uid).value_or(own_uid(account));
}

std::uint32_t IdMapping::group(AccountNumber account, std::uint32_t gid) const {
  return find_gid(gid).value_or(own_gid(account));
}

std::uint32_t IdMapping::own_uid(AccountNumber account) const {
  const RestoredAccount* restored = mapping_.find(account);
  return restored != nullptr ? restored->destination.uid : 0;
}

std::uint32_t IdMapping::own_gid(AccountNumber account) const {
  const RestoredAccount* restored = mapping_.find(account);
  return restored != nullptr ? restored->destination.gid : 0;
}

}  // namespace rehome::load
