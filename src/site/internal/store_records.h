// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of stores, their claims and accounts inside a transaction. A store changes its state here and nowhere else.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/database/database.h"
#include "site/lifecycle.h"

namespace rehome::site {

/// What decisions about a store need of it.
struct StoreRecord {
  std::string id = {};
  StoreState state = StoreState::requested;
  std::string source = {}, vault = {}, folder = {};
  std::optional<std::string> capture = {};
};

/// Error(not_found).
StoreRecord store_record(Transaction& transaction, const std::string& id);
/// Error(refused) where the table of transitions has none; sets the moments that belong to the new state.
void move_store(const Site& site, Transaction& transaction, const StoreRecord& store, StoreEvent event);

/// As store(): with everything.
Store store_in(Transaction& transaction, const std::string& id);

/// Error(corrupt).
ClaimState claim_state_of(std::string_view name);
struct ClaimRecord {
  std::string association = {}, destination = {};
  ClaimState state = ClaimState::waiting;
};
std::vector<ClaimRecord> claims_of(Transaction& transaction, const std::string& store);
/// Error(not_found).
ClaimRecord claim_in(Transaction& transaction, const std::string& store, const std::string& association);
void set_claim(const Site& site, Transaction& transaction, const std::string& store, const ClaimRecord& claim);
inline bool is_open(ClaimState state) { return state == ClaimState::waiting || state == ClaimState::restoring; }
bool has_open_claim(Transaction& transaction, const std::string& store);

/// After a claim or lease of a store that can be restored ended: restoring, captured or released, as its claims say.
void settle_store(const Site& site, Transaction& transaction, const std::string& store);

std::vector<CapturedAccount> accounts_of(Transaction& transaction, const std::string& store);
void set_accounts(Transaction& transaction, const std::string& store, const std::vector<CapturedAccount>& accounts);

}  // namespace rehome::site
