// SPDX-License-Identifier: Apache-2.0
#pragma once
// For whom a store is kept: which associations have a claim on it, inside a transaction.

#include <string>

#include "base/database/database.h"
#include "site/internal/association_records.h"
#include "site/internal/store_records.h"

namespace rehome::site {

/// Claims of those that the source is captured for now (S15: who comes later has none). C-A5: where that is nobody, the
/// computer itself.
void add_claims(const Site& site, Transaction& transaction, const StoreRecord& store);

/// The same where nobody living has a claim: a store that belongs to deleted associations alone would go with them.
void ensure_claim(const Site& site, Transaction& transaction, const StoreRecord& store);

/// Ends captures that nobody but this association, which was just deleted, has a claim on: who asks again goes on, for
/// those that the source is captured for then.
void end_captures_of(const Site& site, Transaction& transaction, const std::string& association);

}  // namespace rehome::site
