// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/group_choice.h"

#include <algorithm>

#include "base/core/error.h"
#include "flow/load/internal/names.h"

namespace rehome::load {

std::uint32_t free_id(std::uint32_t wanted, IdLimits limits, const std::set<std::uint32_t>& used,
                      const std::string& kind) {
  if (wanted >= limits.first && wanted <= limits.last && !used.contains(wanted)) return wanted;
  for (std::uint64_t id = limits.first; id <= limits.last; ++id) {
    if (!used.contains(static_cast<std::uint32_t>(id))) return static_cast<std::uint32_t>(id);
  }
  throw Error(ErrorCode::limit_exceeded, "no " + kind + " from " + std::to_string(limits.first) + " to " +
                                             std::to_string(limits.last) +
                                             " is free for a new account; raise the limit in /etc/login.defs");
}

/// A group named like another account is that account's own: its members read what it shares with nobody.
bool GroupChooser::may_join(const std::string& group, const RestoredAccount& account) const {
  if (options_.allow_groups.contains(group)) return true;
  if (is_privileged_group(group)) return false;
  return group == account.destination.name ||
         std::ranges::find(mapping_.accounts, group, &Account::name) == mapping_.accounts.end();
}

const Group* GroupChooser::find(const std::string& name) const {
  const auto found = std::ranges::find(mapping_.groups, name, &Group::name);
  return found == mapping_.groups.end() ? nullptr : &*found;
}

const Group& GroupChooser::add(const std::string& name, std::uint32_t wanted_gid) {
  std::set<std::uint32_t> used;
  for (const Group& group : mapping_.groups) used.insert(group.gid);
  const Group made{name, free_id(wanted_gid, {limits_.gid_min, limits_.gid_max}, used, "gid"), {}};
  mapping_.new_groups.push_back(made);
  return mapping_.groups.emplace_back(made);
}

const Group& GroupChooser::own_group_of(const RestoredAccount& account) {
  const std::string& name = account.destination.name;
  const Group* there = find(name);
  const bool is_systems = is_privileged_group(name) || (there != nullptr && there->gid < limits_.gid_min);
  if (is_systems && !options_.allow_groups.contains(name)) {
    throw Error(ErrorCode::refused, "an account called " + name +
                                        " would own the system group of that name; map it to " +
                                        "another name with --map-user");
  }
  return there != nullptr ? *there : add(name, account.source.gid);
}

std::uint32_t GroupChooser::primary_of(const RestoredAccount& account) {
  const auto named = std::ranges::find(info_.groups, account.source.gid, &Group::gid);
  if (named == info_.groups.end() || named->name == account.source.name || !is_sound_name(named->name)) {
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
  if (!is_sound_name(name)) {
    report(FindingKind::metadata_lost, account,
           "the name of its group " + printable(name) + " is none a group can have");
    return false;
  }
  if (!may_join(name, account)) {
    report(FindingKind::hazard, account,
           "it is not a member of " + name + " here; make it one with --allow-groups " + name);
    return false;
  }
  if (find(name) != nullptr) return true;
  const auto named = std::ranges::find(info_.groups, name, &Group::name);
  if (named == info_.groups.end() || named->gid < limits_.gid_min) {
    report(FindingKind::account, account, "its system group " + name + " does not exist here");
    return false;
  }
  add(name, named->gid);
  return true;
}

void GroupChooser::report(FindingKind kind, const RestoredAccount& account, const std::string& message) {
  findings_.record(
      {kind, account.number, account.destination.home, "the account " + account.destination.name + ": " + message});
}

}  // namespace rehome::load
