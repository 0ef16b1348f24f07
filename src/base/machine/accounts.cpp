// SPDX-License-Identifier: Apache-2.0
#include "base/machine/accounts.h"

#include <algorithm>

namespace rehome {

namespace {

template <typename Entry, typename Value>
std::optional<Entry> first_with(const std::vector<Entry>& entries, const Value& value, Value Entry::* field) {
  const auto found = std::ranges::find(entries, value, field);
  return found == entries.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

SubordinateRanges Accounts::subordinate_ranges() {
  SubordinateRanges ranges;
  for (const Account& account : list()) {
    for (const IdRange range : account.subuids) ranges.uids.push_back({account.name, range});
    for (const IdRange range : account.subgids) ranges.gids.push_back({account.name, range});
  }
  return ranges;
}

std::optional<Account> Accounts::account_named(const std::string& name) {
  return first_with(list(), name, &Account::name);
}

std::optional<Account> Accounts::account_of(std::uint32_t uid) { return first_with(list(), uid, &Account::uid); }

std::optional<Group> Accounts::group_named(const std::string& name) { return first_with(groups(), name, &Group::name); }

std::optional<Group> Accounts::group_of(std::uint32_t gid) { return first_with(groups(), gid, &Group::gid); }

}  // namespace rehome
