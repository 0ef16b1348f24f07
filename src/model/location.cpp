// SPDX-License-Identifier: Apache-2.0
#include "model/location.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome {

namespace {

/// ASCII only: what is looked up comes from listing folders, so that other letters have the case they have on disk.
/// The length stays the same, which locate() relies on.
std::string fold(std::string_view path) {
  std::string folded(path);
  for (char& byte : folded) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte - 'A' + 'a');
  }
  return folded;
}

std::string_view without_final_slash(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool begins_with_drive(std::string_view path) {
  if (path.size() < 2 || path[1] != ':' || (path.size() > 2 && path[2] != '/')) return false;
  return (path[0] >= 'A' && path[0] <= 'Z') || (path[0] >= 'a' && path[0] <= 'z');
}

/// Whether a component from a catalog stays one component below its folder on a machine of this flavour.
bool is_harmless(std::string_view component, MachineFlavour flavour) {
  if (component.empty() || component == "." || component == "..") return false;
  if (component.find('\0') != std::string_view::npos) return false;
  return flavour != MachineFlavour::windows || component.find('\\') == std::string_view::npos;
}

void check_extent(std::string_view rest) {
  const auto folders = static_cast<std::size_t>(std::ranges::count(rest, '/'));
  if (rest.size() <= kLongestRest && folders <= kDeepestFolder) return;
  throw Error(ErrorCode::corrupt,
              "the catalog names a path longer or deeper than any that is captured; it is damaged or was forged");
}

void check_components(std::string_view rest, MachineFlavour flavour) {
  if (rest.empty()) return;
  for (std::string_view left = rest;;) {
    const std::size_t slash = left.find('/');
    if (!is_harmless(left.substr(0, slash), flavour)) {
      throw Error(ErrorCode::corrupt, "the catalog names \"" + printable(rest) +
                                          "\", which is no path below a folder; it is damaged or was forged");
    }
    if (slash == std::string_view::npos) return;
    left.remove_prefix(slash + 1);
  }
}

std::optional<MachinePath> absolute_path(std::string_view rest, MachineFlavour flavour) {
  if (flavour == MachineFlavour::linux) return "/" + std::string(rest);
  if (!begins_with_drive(rest)) return std::nullopt;
  return rest.size() == 2 ? std::string(rest) + "/" : std::string(rest);
}

}  // namespace

void check_location(const Location& location, MachineFlavour flavour) {
  check_extent(location.rest);
  check_components(location.rest, flavour);
}

std::string to_text(const Location& location, std::string_view account_name) {
  std::string text = account_name.empty() ? "system" : printable(account_name);
  text += ": ";
  const KnownFolderNames* names = find_known_folder(location.anchor);
  if (names != nullptr) {
    text += names->name;
    if (location.rest.empty()) return text;
  }
  if (names != nullptr || !begins_with_drive(location.rest)) text += '/';
  return text + printable(location.rest);
}

LocationTable::LocationTable(Machine& machine)
    : machine_(machine), case_sensitive_(machine.flavour() == MachineFlavour::linux) {
  add_places(kSystemAccount, nullptr);
}

void LocationTable::add(AccountNumber number, const Account& account) { add_places(number, &account); }

void LocationTable::add_places(AccountNumber number, const Account* account) {
  for (const KnownFolderNames& names : known_folders()) {
    if (names.per_user != (account != nullptr)) continue;
    std::optional<MachinePath> found = machine_.environment().known_folder(names.folder, account);
    if (!found) continue;
    MachinePath place = machine_.files().canonical(*found);
    const std::string_view key = without_final_slash(place);
    // A known folder that is a whole root would make everything the account's own.
    if (key.empty()) continue;
    // What lies in the folder of all homes but in nobody's of the table belongs to somebody who was not selected: it
    // must not find its way into the homes of another computer.
    if (names.folder != KnownFolder::users && !machine_.environment().is_linked_in_home(names.folder, account)) {
      by_path_.emplace(case_sensitive_ ? std::string(key) : fold(key), Place{number, names.folder});
    }
    by_place_.emplace(std::pair(number, names.folder), place);
  }
}

Location LocationTable::locate(std::string_view path) const {
  path = without_final_slash(path);
  const std::string folded = case_sensitive_ ? std::string() : fold(path);
  std::string_view key = case_sensitive_ ? path : std::string_view(folded);
  while (!key.empty()) {
    if (auto found = by_path_.find(key); found != by_path_.end()) {
      const std::size_t rest = std::min(key.size() + 1, path.size());
      return {found->second.account, found->second.anchor, std::string(path.substr(rest))};
    }
    const std::size_t slash = key.rfind('/');
    key = key.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
  if (path.starts_with('/')) path.remove_prefix(1);
  return {kSystemAccount, KnownFolder::none, std::string(path)};
}

std::optional<MachinePath> LocationTable::resolve(const Location& location) const {
  check_location(location, machine_.flavour());
  if (location.anchor == KnownFolder::none) return absolute_path(location.rest, machine_.flavour());
  std::optional<MachinePath> place = place_of(location.account, location.anchor);
  if (!place || location.rest.empty()) return place;
  if (!place->ends_with('/')) *place += '/';
  return *place + location.rest;
}

std::optional<MachinePath> LocationTable::place_of(AccountNumber account, KnownFolder anchor) const {
  auto found = by_place_.find(std::pair(account, anchor));
  if (found == by_place_.end()) return std::nullopt;
  return found->second;
}

}  // namespace rehome
