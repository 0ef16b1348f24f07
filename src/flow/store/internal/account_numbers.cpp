// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/account_numbers.h"

#include <algorithm>
#include <limits>
#include <string>

#include "base/core/error.h"

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
    state->next = std::max(state->next, std::uint64_t{account.number} + 1);
  }
  if (!taken.empty()) state->next = std::max(state->next, std::uint64_t{*taken.rbegin()} + 1);
}

AccountNumber AccountNumbers::number_of(const Account& account) {
  auto state = state_.lock();
  const auto found = std::ranges::find_if(state->known, [&](const KnownAccount& k) { return is_same(k, account); });
  if (found != state->known.end()) return found->number;
  if (state->next > std::numeric_limits<AccountNumber>::max()) {
    throw Error(ErrorCode::limit_exceeded, "the store has no number left for the account " + account.name +
                                               ": in its folder packs or captures lies something that is not its own");
  }
  const auto number = static_cast<AccountNumber>(state->next++);
  state->known.push_back({number, account.name, account.sid});
  return number;
}

std::vector<KnownAccount> AccountNumbers::all() const { return state_.lock()->known; }

}  // namespace rehome::store
