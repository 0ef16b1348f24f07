// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/group_choice.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/names.h"

namespace rehome::load {

std::uint32_t free_id(std::uint32_t wanted, IdLimits limits, const std::function<bool(std::uint32_t)>& is_taken,
                      const std::string& kind) {
  if (wanted >= limits.first && wanted <= limits.last && !is_taken(wanted)) return wanted;
  for (std::uint64_t id = limits.first; id <= limits.last; ++id) {
    if (!is_taken(static_cast<std::uint32_t>(id))) return static_cast<std::uint32_t>(id);
  }
  throw Error(ErrorCode::limit_exceeded, "no " + kind + " from " + std::to_string(limits.first) + " to " +
                                             std::to_string(limits.last) +
                                             " is free for a new account; raise the limit in /etc/login.defs");
}

/// A group named like another account is that account's own: its members read what it shares with nobody.
bool GroupChooser::may_join(const std::string& group, const RestoredAccount& account) const {
  if (parts_.options.allow_groups.contains(group)) return true;
  if (is_privileged_group(group)) return false;
  return group == account.destination.name ||
         std::ranges::find(mapping_.accounts, group, &Account::name) == mapping_.accounts.end();
}

/// Valid until the next group is found or added.
const Group* GroupChooser::find(const std::string& name) {
  const auto found = std::ranges::find(mapping_.groups, name, &Group::name);
  if (found != mapping_.groups.end()) return &*found;
  auto unlisted = parts_.accounts.group_named(name);
  return unlisted ? &mapping_.groups.emplace_back(*std::move(unlisted)) : nullptr;
}

const Group& GroupChooser::add(const std::string& name, std::uint32_t wanted_gid) {
  const auto is_taken = [&](std::uint32_t gid) {
    return gid == kNobody || std::ranges::find(mapping_.groups, gid, &Group::gid) != mapping_.groups.end() ||
           parts_.subgids.holds(gid) || parts_.accounts.group_of(gid);
  };
  const Group made{.name = name,
                   .gid = free_id(wanted_gid, {parts_.limits.gid_min, parts_.limits.gid_max}, is_taken, "gid"),
                   .members = {}};
  mapping_.new_groups.push_back(made);
  return mapping_.groups.emplace_back(made);
}

const Group& GroupChooser::own_group_of(const RestoredAccount& account) {
  const std::string& name = account.destination.name;
  const Group* there = find(name);
  const bool is_systems = is_privileged_group(name) || (there != nullptr && there->gid < parts_.limits.gid_min);
  if (is_systems && !parts_.options.allow_groups.contains(name)) {
    throw Error(ErrorCode::refused, "an account called " + name +
                                        " would own the system group of that name; map it to " +
                                        "another name with --map-user");
  }
  return there != nullptr ? *there : add(name, account.source.gid);
}

std::uint32_t GroupChooser::primary_of(const RestoredAccount& account) {
  const auto named = std::ranges::find(parts_.info.groups, account.source.gid, &Group::gid);
  if (named == parts_.info.groups.end() || named->name == account.source.name || !is_account_name(named->name)) {
    return own_group_of(account).gid;
  }
  if (!may_join(named->name, account)) {
    report(FindingKind::hazard, account,
           "its primary group " + named->name + " was replaced by one of its own; keep it with --allow-groups " +
               named->name);
    return own_group_of(account).gid;
  }
  const Group* there = find(named->name);
  return there != nullptr ? there->gid : add(named->name, named->gid).gid;
}

std::vector<std::string> GroupChooser::others_of(const RestoredAccount& account) {
  std::vector<std::string> joined;
  for (const std::string& name : account.source.groups) {
    if (name != account.source.name && join(name, account)) joined.push_back(name);
  }
  warn_of_waiting_groups(account);
  return joined;
}

std::vector<std::string> GroupChooser::missing_of(const RestoredAccount& account) {
  std::vector<std::string> wanted = account.source.groups;
  const auto primary = std::ranges::find(parts_.info.groups, account.source.gid, &Group::gid);
  const bool has_gids = parts_.info.flavour == MachineFlavour::linux;
  if (has_gids && primary != parts_.info.groups.end()) wanted.push_back(primary->name);
  std::erase_if(wanted, [&](const std::string& name) {
    return name == account.source.name || is_in(account.destination, name) || !join(name, account);
  });
  return wanted;
}

bool GroupChooser::is_in(const Account& account, const std::string& name) const {
  if (std::ranges::find(account.groups, name) != account.groups.end()) return true;
  const auto there = std::ranges::find(mapping_.groups, name, &Group::name);
  if (there == mapping_.groups.end()) return false;
  return there->gid == account.gid || std::ranges::find(there->members, account.name) != there->members.end();
}

/// A name that outlived its account, or was entered before it: whoever gets the name gets the power.
void GroupChooser::warn_of_waiting_groups(const RestoredAccount& account) {
  for (const Group& group : mapping_.groups) {
    const bool waits = std::ranges::find(group.members, account.destination.name) != group.members.end();
    if (!waits || may_join(group.name, account)) continue;
    report(FindingKind::hazard, account,
           "this computer already names it as a member of " + group.name +
               "; take the name out of /etc/group if that is not meant");
  }
}

bool GroupChooser::join(const std::string& name, const RestoredAccount& account) {
  if (!is_account_name(name)) {
    report(FindingKind::metadata_lost, account,
           "the name of its group " + printable(name) + " is none a group can have");
    return false;
  }
  if (!may_join(name, account)) {
    report(FindingKind::hazard, account,
           "it is not a member of " + name + " here; make it one with --allow-groups " + name);
    return false;
  }
  if (const Group* there = find(name)) {
    if (there->is_local) return true;
    report(FindingKind::account, account,
           "its group " + name + " is one of the directory service here, which says itself who is in it");
    return false;
  }
  const auto named = std::ranges::find(parts_.info.groups, name, &Group::name);
  if (named == parts_.info.groups.end() || named->gid < parts_.limits.gid_min) {
    report(FindingKind::account, account, "its system group " + name + " does not exist here");
    return false;
  }
  add(name, named->gid);
  return true;
}

void GroupChooser::report(FindingKind kind, const RestoredAccount& account, const std::string& message) {
  parts_.findings.record(
      {kind, account.number, account.destination.home, "the account " + account.destination.name + ": " + message});
}

}  // namespace rehome::load
