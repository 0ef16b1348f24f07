// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which captures in a vault are left over (left_over.h): what the deletion cycle asks before it removes the others.

#include <set>
#include <string>
#include <vector>

#include "base/database/database.h"
#include "site/internal/store_records.h"
#include "site/left_over.h"

namespace rehome::site {

/// What the records say: inside a transaction.
struct KnownCaptures {
  std::set<std::string> needed = {};  // of stores that are not deleted
  std::set<std::string> known = {};   // of all stores there ever were
  std::int64_t restored = 0;          // when the records came from a backup; 0 where that is long ago, or never was
  std::int64_t until = 0;
};
/// Whether the end of the time counts yet: not in a cycle that came late.
enum class TimeLimit { counts, held_back };
/// Without the store that is being deleted.
KnownCaptures known_captures(const Site& site, Transaction& transaction, const StoreRecord& deleted, TimeLimit limit);

/// Outside of any transaction: of the captures that lie there, those to keep. What a computer puts while the records
/// know of it is never one of them, nor what only claims to be complete.
LeftOver left_over_in(const Site& site, const VaultPlace& place, const std::vector<VaultCapture>& captures,
                      const KnownCaptures& known);

/// Vaults of a migration point that only hold what is left over, or may.
std::vector<std::string> vaults_without_store(Transaction& transaction, const std::string& point);

}  // namespace rehome::site
