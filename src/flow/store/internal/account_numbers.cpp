// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/account_numbers.h"

#include <algorithm>

namespace rehome::store {

namespace {

/// A security identifier stays when an account is renamed; where there is none the name is all there is.
bool is_same(const KnownAccount& known, const Account& account) {
  if (!known.sid.empty() || !account.sid.empty()) return known.sid == account.sid;
  return known.name == account.name;
}

}  // namespace

AccountNumbers::AccountNumbers(std::span<const KnownAccount> known, const std::set<AccountNumber>& taken) {
  auto state = state_.lock();
  for (const KnownAccount& account : known) {
    if (std::ranges::count(state->known, account.number, &KnownAccount::number) == 0) state->known.push_back(account);
    state->next = std::max(state->next, account.number + 1);
  }
  if (!taken.empty()) state->next = std::max(state->next, *taken.rbegin() + 1);
}

AccountNumber AccountNumbers::number_of(const Account& account) {
  auto state = state_.lock();
  const auto found = std::ranges::find_if(state->known, [&](const KnownAccount& k) { return is_same(k, account); });
  if (found != state->known.end()) return found->number;
  state->known.push_back({state->next, account.name, account.sid});
  return state->next++;
}

std::vector<KnownAccount> AccountNumbers::all() const { return state_.lock()->known; }

}  // namespace rehome::store
