// SPDX-License-Identifier: Apache-2.0
#include "site/internal/store_records.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectRecord = "SELECT state, source, vault, folder, capture FROM stores WHERE id = :id";
constexpr const char* kUpdateState =
    "UPDATE stores SET state = :state, captured = COALESCE(captured, :captured), abandoned = :abandoned, "
    "released = :released, deleted = :deleted WHERE id = :id";
constexpr const char* kSelectMoments = "SELECT released FROM stores WHERE id = :id";

constexpr const char* kSelectClaims =
    "SELECT association, destination, state FROM claims WHERE store = :store ORDER BY association";
constexpr const char* kDeleteClaim = "DELETE FROM claims WHERE store = :store AND association = :association";
constexpr const char* kInsertClaim =
    "INSERT INTO claims (store, association, destination, state, changed) VALUES "
    "(:store, :association, :destination, :state, :changed)";
constexpr const char* kCountRestores =
    "SELECT COUNT(*) FROM leases WHERE store = :store AND closed IS NULL AND association IS NOT NULL";

constexpr std::size_t kLongestName = 255;
constexpr const char* kSelectAccounts =
    "SELECT number, name, uid, sid FROM store_accounts WHERE store = :store ORDER BY number";
constexpr const char* kDeleteAccounts = "DELETE FROM store_accounts WHERE store = :store";
constexpr const char* kInsertAccount =
    "INSERT INTO store_accounts (store, number, name, uid, sid) VALUES (:store, :number, :name, :uid, :sid)";

/// A store that is deleted for another reason than its release keeps the moment of that, and so does one that is due.
Value released_moment(const Site& site, Transaction& transaction, const StoreRecord& store, StoreState next) {
  if (next == StoreState::released) return site.now();
  if (next == StoreState::captured || next == StoreState::restoring) return {};
  return optional_value(transaction.query(kSelectMoments, {store.id}).at(0).optional_integer(0));
}

}  // namespace

std::string_view name_of(ClaimState state) {
  switch (state) {
    case ClaimState::waiting:
      return "waiting";
    case ClaimState::restoring:
      return "restoring";
    case ClaimState::restored:
      return "restored";
    case ClaimState::given_up:
      return "given-up";
  }
  return "";
}

ClaimState claim_state_of(std::string_view name) {
  for (const ClaimState state :
       {ClaimState::waiting, ClaimState::restoring, ClaimState::restored, ClaimState::given_up}) {
    if (name_of(state) == name) return state;
  }
  throw Error(ErrorCode::corrupt, "a claim is in no state called \"" + std::string(name) + '"');
}

StoreRecord store_record(Transaction& transaction, const std::string& id) {
  const Rows rows = transaction.query(kSelectRecord, {id});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no store " + id);
  return {.id = id,
          .state = store_state_of(rows[0].text(0)),
          .source = rows[0].text(1),
          .vault = rows[0].text(2),
          .folder = rows[0].text(3),
          .capture = rows[0].optional_text(4)};
}

void move_store(const Site& site, Transaction& transaction, const StoreRecord& store, StoreEvent event) {
  const std::optional<StoreState> next = next_state(store.state, event);
  if (!next) {
    throw Error(ErrorCode::refused, "store " + store.id + " is " + std::string(name_of(store.state)) + ": " +
                                        std::string(name_of(event)) + " is not possible there");
  }
  transaction.execute(
      kUpdateState,
      {std::string(name_of(*next)), *next == StoreState::captured ? Value(site.now()) : Value(),
       *next == StoreState::abandoned ? Value(site.now()) : Value(), released_moment(site, transaction, store, *next),
       *next == StoreState::deleted ? Value(site.now()) : Value(), store.id});
}

std::vector<ClaimRecord> claims_of(Transaction& transaction, const std::string& store) {
  std::vector<ClaimRecord> claims;
  for (const Row& row : transaction.query(kSelectClaims, {store})) {
    claims.push_back({row.text(0), row.text(1), claim_state_of(row.text(2))});
  }
  return claims;
}

ClaimRecord claim_in(Transaction& transaction, const std::string& store, const std::string& association) {
  for (ClaimRecord& claim : claims_of(transaction, store)) {
    if (claim.association == association) return std::move(claim);
  }
  throw Error(ErrorCode::not_found, "association " + association + " has no claim on store " + store);
}

void set_claim(const Site& site, Transaction& transaction, const std::string& store, const ClaimRecord& claim) {
  transaction.execute(kDeleteClaim, {store, claim.association});
  transaction.execute(kInsertClaim,
                      {store, claim.association, claim.destination, std::string(name_of(claim.state)), site.now()});
}

bool has_open_claim(Transaction& transaction, const std::string& store) {
  return std::ranges::any_of(claims_of(transaction, store),
                             [](const ClaimRecord& claim) { return is_open(claim.state); });
}

void settle_store(const Site& site, Transaction& transaction, const std::string& store) {
  const StoreRecord record = store_record(transaction, store);
  if (record.state != StoreState::restoring && record.state != StoreState::captured) return;
  if (transaction.query(kCountRestores, {store}).at(0).integer(0) > 0) return;
  if (!has_open_claim(transaction, store)) {
    move_store(site, transaction, record, StoreEvent::close_last_claim);
  } else if (record.state == StoreState::restoring) {
    move_store(site, transaction, record, StoreEvent::end_restore);
  }
}

std::vector<CapturedAccount> accounts_of(Transaction& transaction, const std::string& store) {
  std::vector<CapturedAccount> accounts;
  for (const Row& row : transaction.query(kSelectAccounts, {store})) {
    accounts.push_back(
        {static_cast<std::uint32_t>(row.integer(0)), row.text(1), row.optional_integer(2), row.optional_text(3)});
  }
  return accounts;
}

void set_accounts(Transaction& transaction, const std::string& store, const std::vector<CapturedAccount>& accounts) {
  transaction.execute(kDeleteAccounts, {store});
  for (const CapturedAccount& account : accounts) {
    const Value sid = account.sid ? Value(tidy_text(*account.sid, kLongestName)) : Value();
    transaction.execute(kInsertAccount, {store, std::int64_t{account.number}, tidy_text(account.name, kLongestName),
                                         optional_value(account.uid), sid});
  }
}

}  // namespace rehome::site
