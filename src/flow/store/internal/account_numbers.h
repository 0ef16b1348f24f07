// SPDX-License-Identifier: Apache-2.0
#pragma once
// Gives accounts their numbers. A number belongs to one account of the source computer for as long as the vault lives,
// because packs, keys and deduplication go by it. Any thread may use it.

#include <cstdint>
#include <set>
#include <span>
#include <vector>

#include "base/core/locked.h"
#include "base/machine/accounts.h"
#include "flow/store/internal/catalog_records.h"

namespace rehome::store {

class AccountNumbers {
 public:
  /// `known` are those of earlier captures; `taken` are numbers in use by whomever.
  AccountNumbers(std::span<const KnownAccount> known, const std::set<AccountNumber>& taken);

  /// Error(limit_exceeded) where a blob that no capture made uses up the numbers: to begin again with the first would
  /// give one account the keys and packs of another, or of the system.
  AccountNumber number_of(const Account& account);
  /// All that have a number, for the catalog: earlier ones too, so that their numbers stay theirs.
  std::vector<KnownAccount> all() const;

 private:
  struct State {
    std::vector<KnownAccount> known;
    std::uint64_t next = kSystemAccount + 1;  // wider than a number, so that it never wraps
  };
  mutable Locked<State> state_;
};

}  // namespace rehome::store
