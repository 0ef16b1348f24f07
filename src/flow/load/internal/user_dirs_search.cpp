// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/user_dirs_search.h"

#include <utility>

#include "base/machine/shell_text.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr int kMostLinks = 8;

/// Where the folder is beneath every home; nullopt for those that settings can move.
std::optional<std::string_view> fixed_place(KnownFolder folder) {
  switch (folder) {
    case KnownFolder::home:
    case KnownFolder::config:
    case KnownFolder::data:
    case KnownFolder::cache:
    case KnownFolder::state:
      return find_known_folder(folder)->linux_default;
    default:
      return std::nullopt;
  }
}

/// Whether this is `path` or a folder on the way to it; looked at for every object, so nothing is put together.
bool is_on_way(const Location& location, std::string_view path) {
  const auto place = fixed_place(location.anchor);
  if (!place || location.rest.empty() || !path.starts_with(*place)) return false;
  path.remove_prefix(place->size());
  if (!place->empty() && !path.starts_with('/')) return false;
  return lies_in(path.substr(place->empty() ? 0 : 1), location.rest);
}

/// Where a link in `folder` leads, both beneath the home; nullopt where it leads out of it, or climbs after it went
/// down, where only a look at each folder could tell.
std::optional<std::string> resolve(std::string folder, std::string_view target, const MachinePath& home) {
  std::string relative(target);
  if (target.starts_with('/')) {
    if (!lies_in(target, home)) return std::nullopt;
    relative = beneath(target, home);
    folder.clear();
  }
  bool goes_down = false;
  for (const std::string_view name : split_text(relative, '/')) {
    if (name.empty() || name == ".") continue;
    if (name == ".." && (goes_down || folder.empty())) return std::nullopt;
    goes_down = name != "..";
    folder = goes_down ? join(folder, name) : parent_of(folder);
  }
  return folder;
}

}  // namespace

UserDirsSearch::UserDirsSearch(const AccountMapping& mapping) {
  for (const RestoredAccount& account : mapping.restored) {
    trails_[account.number] = {.home = account.destination.home, .path = ".config/user-dirs.dirs"};
  }
}

void UserDirsSearch::look_at(const Object& object) {
  const auto found = trails_.find(object.location.account);
  if (found == trails_.end() || found->second.file) return;
  Trail& trail = found->second;
  const bool has_content = object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group);
  if (trail.group) {
    if (has_content && object.link_group == *trail.group) trail.file = object;
    return;
  }
  if (!is_on_way(object.location, trail.path)) return;
  const std::string path = join(*fixed_place(object.location.anchor), object.location.rest);
  if (object.kind == NodeKind::symlink) {
    follow(trail, path, object.link_target);
  } else if (path == trail.path && has_content) {
    trail.file = object;
  } else if (path == trail.path && object.kind == NodeKind::file) {
    trail.group = object.link_group;
    trail.has_moved = true;
  }
}

std::vector<AccountNumber> UserDirsSearch::start_again() {
  std::vector<AccountNumber> open;
  for (auto& [account, trail] : trails_) {
    if (std::exchange(trail.has_moved, false) && !trail.file) open.push_back(account);
  }
  return open;
}

std::vector<Object> UserDirsSearch::found() const {
  std::vector<Object> files;
  for (const auto& [account, trail] : trails_) {
    if (trail.file) files.push_back(*trail.file);
  }
  return files;
}

void UserDirsSearch::follow(Trail& trail, const std::string& link, const std::string& target) {
  const auto place = resolve(parent_of(link), target, trail.home);
  if (!place || ++trail.links > kMostLinks) return;
  trail.path = join(*place, beneath(trail.path, link));
  trail.has_moved = true;
}

}  // namespace rehome::load
