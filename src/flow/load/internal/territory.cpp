// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/territory.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/home_choice.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::uint32_t kSystemFolderMode = 0755;

std::string default_place(const KnownFolderNames& names) {
  return std::string(names.linux_default.empty() ? names.name : names.linux_default);
}

/// The known folder that a user says is at `place`, if it is there and his: he may say anything. What does not exist is
/// not made, and whatever forbids to look at it forbids to write there.
std::optional<BaseFolder> open_owned(FileTree& files, const MachinePath& place, std::uint32_t uid) {
  try {
    BaseFolder folder = open_base_folder(files, place);
    if (folder.missing.empty() && folder.node.metadata.uid == uid) return folder;
  } catch (const Error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

/// The uid that the files of a home have that survived its old system. Never root's or that of somebody here: the store
/// says it.
std::uint32_t former_uid(const RestoredAccount& account, const AccountMapping& mapping) {
  const std::uint32_t uid = account.source.uid;
  const bool is_somebodys = std::ranges::find(mapping.accounts, uid, &Account::uid) != mapping.accounts.end();
  return account.is_new && uid != 0 && !is_somebodys ? uid : account.destination.uid;
}

}  // namespace

Territory::Territory(const Parts& parts, Findings& findings) : table_(parts.table) {
  for (const RestoredAccount& account : parts.mapping.restored) add_account(parts, account, findings);
  for (const MachinePath& location : parts.allow_system) add_allowed(parts, location);
}

void Territory::add_allowed(const Parts& parts, MachinePath location) {
  while (location.size() > 1 && location.ends_with('/')) location.pop_back();
  if (!is_plain_path(location)) {
    throw Error(ErrorCode::invalid_argument,
                "the allowed system location " + printable(location) + " is no absolute path without '..'");
  }
  const MachinePath holder = location == "/" ? "/" : parent_of(location);
  Base base{.place = open_base_folder(parts.destination.files(), holder), .mode = kSystemFolderMode, .is_system = true};
  allowed_.push_back({std::move(location), holder, add_base(std::move(base))});
}

std::uint32_t Territory::add_base(Base base) {
  bases_.push_back(std::move(base));
  return static_cast<std::uint32_t>(bases_.size() - 1);
}

/// nullopt also where the account that should hold it could not be made: then the home stands for itself.
std::optional<Target> Territory::place_in_home(const RestoredAccount& account) const {
  if (!account.home_within) return std::nullopt;
  const auto holder = anchors_.find({account.home_within->holder, KnownFolder::home});
  if (holder == anchors_.end()) return std::nullopt;
  return Target{holder->second.base, account.home_within->rest};
}

void Territory::add_account(const Parts& parts, const RestoredAccount& account, Findings& findings) {
  const Account& here = account.destination;
  Base home{.place = account.home,
            .uid = here.uid,
            .gid = here.gid,
            .former_uid = former_uid(account, parts.mapping),
            .becomes_owned = judge_home(account, parts.mapping.accounts) == HomeOwner::left_behind,
            .within = place_in_home(account)};
  const Target at_home{add_base(std::move(home)), ""};
  anchors_[{account.number, KnownFolder::home}] = at_home;
  for (const KnownFolderNames& names : known_folders()) {
    if (!names.per_user || names.folder == KnownFolder::home) continue;
    const auto place = place_of_anchor(parts, account, names, findings);
    anchors_[{account.number, names.folder}] = place;
  }
}

/// The account's known folder where it lies in its home or is its own; else a folder in its home, so that nothing is
/// lost only because this computer has no such place.
Target Territory::place_of_anchor(const Parts& parts, const RestoredAccount& account, const KnownFolderNames& names,
                                  Findings& findings) {
  const std::uint32_t home = anchors_.at({account.number, KnownFolder::home}).base;
  if (const auto wish = wish_of(parts, account, names.folder)) return *wish;
  const auto place = table_.place_of(account.number, names.folder);
  if (!place) return {home, default_place(names)};
  if (const auto there = place_at(parts, account, *place)) return *there;
  findings.record({FindingKind::renamed, account.number, *place,
                   "the " + std::string(names.name) + " folder of " + account.destination.name +
                       " is not its own; what belongs there goes to " +
                       join(bases_[home].place.path, default_place(names))});
  return {home, default_place(names)};
}

std::optional<Target> Territory::wish_of(const Parts& parts, const RestoredAccount& account, KnownFolder folder) {
  const auto wishes = parts.overrides.find(account.number);
  if (wishes == parts.overrides.end()) return std::nullopt;
  const auto wish = wishes->second.find(folder);
  if (wish == wishes->second.end()) return std::nullopt;
  if (wish->second.starts_with('/')) return place_at(parts, account, wish->second);
  const Target in_home{anchors_.at({account.number, KnownFolder::home}).base, wish->second};
  return place_at(parts, account, parts.destination.files().canonical(path_of(in_home))).value_or(in_home);
}

/// nullopt where it is neither in the account's home nor a folder of its own elsewhere.
std::optional<Target> Territory::place_at(const Parts& parts, const RestoredAccount& account, const MachinePath& path) {
  const std::uint32_t home = anchors_.at({account.number, KnownFolder::home}).base;
  const MachinePath& home_path = bases_[home].place.path;
  if (lies_in(path, home_path)) return Target{home, beneath(path, home_path)};
  const Account& here = account.destination;
  auto folder = open_owned(parts.destination.files(), path, here.uid);
  if (!folder) return std::nullopt;
  return Target{add_base({.place = *std::move(folder), .uid = here.uid, .gid = here.gid, .former_uid = here.uid}), ""};
}

std::optional<Target> Territory::find(const Location& location) const {
  const auto anchor = anchors_.find({location.account, location.anchor});
  if (anchor == anchors_.end()) return find_system(location);
  table_.resolve(location);  // throws for a rest that climbs
  return Target{anchor->second.base, join(anchor->second.rest, location.rest)};
}

std::optional<Target> Territory::find_system(const Location& location) const {
  const bool is_known = location.account == kSystemAccount || anchors_.contains({location.account, KnownFolder::home});
  const auto path = table_.resolve(location);
  if (!is_known || !path) return std::nullopt;
  for (const Allowed& allowed : allowed_) {
    if (!lies_in(*path, allowed.location) || *path == "/") continue;
    return Target{allowed.base, beneath(*path, allowed.holder)};
  }
  return std::nullopt;
}

MachinePath Territory::path_of(const Target& target) const { return join(bases_[target.base].place.path, target.rest); }

}  // namespace rehome::load
