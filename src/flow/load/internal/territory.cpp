// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/territory.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::size_t kLongestRest = std::size_t{256} * 1024;  // 64 times PATH_MAX
constexpr std::uint32_t kSystemFolderMode = 0755;

std::string default_place(const KnownFolderNames& names) {
  return std::string(names.linux_default.empty() ? names.name : names.linux_default);
}

bool is_owned_by(FileTree& files, const MachinePath& path, std::uint32_t uid) {
  try {
    return files.open(path)->inspect_self().metadata.uid == uid;
  } catch (const Error&) {
    return false;  // whatever forbids to look at it forbids to write there
  }
}

}  // namespace

Territory::Territory(const Parts& parts, Findings& findings) : table_(parts.table) {
  for (const RestoredAccount& account : parts.mapping.restored) add_account(parts, account, findings);
  for (MachinePath location : parts.allow_system) {
    while (location.size() > 1 && location.ends_with('/')) location.pop_back();
    if (!is_plain_path(location)) {
      throw Error(ErrorCode::invalid_argument,
                  "the allowed system location " + printable(location) + " is no absolute path without '..'");
    }
    const MachinePath holder = location == "/" ? "/" : parent_of(location);
    allowed_.push_back({location, add_base({holder, 0, 0, kSystemFolderMode, false, false})});
  }
}

std::uint32_t Territory::add_base(Base base) {
  bases_.push_back(std::move(base));
  return static_cast<std::uint32_t>(bases_.size() - 1);
}

void Territory::add_account(const Parts& parts, const RestoredAccount& account, Findings& findings) {
  const Account& here = account.destination;
  const MachinePath home = table_.place_of(account.number, KnownFolder::home).value_or(here.home);
  const Target at_home{add_base({home, here.uid, here.gid, 0700, false, account.is_new}), ""};
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
  if (const auto overrides = parts.overrides.find(account.number); overrides != parts.overrides.end()) {
    const auto moved = overrides->second.find(names.folder);
    if (moved != overrides->second.end()) return {home, moved->second};
  }
  const auto place = table_.place_of(account.number, names.folder);
  if (!place) return {home, default_place(names)};
  if (lies_in(*place, bases_[home].path)) return {home, beneath(*place, bases_[home].path)};
  const Account& here = account.destination;
  if (is_owned_by(parts.destination.files(), *place, here.uid)) {
    return {add_base({*place, here.uid, here.gid, 0700, true, false}), ""};
  }
  findings.record({FindingKind::renamed, account.number, *place,
                   "the " + std::string(names.name) + " folder of " + here.name +
                       " is not its own; what belongs there goes to " + join(bases_[home].path, default_place(names))});
  return {home, default_place(names)};
}

std::optional<Target> Territory::find(const Location& location) const {
  if (location.rest.size() > kLongestRest) {
    throw Error(ErrorCode::corrupt, "the catalog names a path longer than any that can exist; it is damaged or forged");
  }
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
    return Target{allowed.base, beneath(*path, bases_[allowed.base].path)};
  }
  return std::nullopt;
}

MachinePath Territory::path_of(const Target& target) const { return join(bases_[target.base].path, target.rest); }

}  // namespace rehome::load
