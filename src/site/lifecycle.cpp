// SPDX-License-Identifier: Apache-2.0
// What an administrator may do with a store.
#include "site/lifecycle.h"

#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/lease_records.h"
#include "site/internal/recovery_right.h"
#include "site/internal/store_claims.h"
#include "site/internal/store_records.h"
#include "site/internal/text.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectKnownCaptures =
    "SELECT capture FROM stores WHERE vault = :vault AND id <> :id AND capture IS NOT NULL";
constexpr const char* kSetCapture = "UPDATE stores SET capture = :capture WHERE id = :id";
constexpr const char* kSelectName = "SELECT name FROM computers WHERE id = :id";

/// A complete capture, and where it lies.
struct FoundCapture {
  VaultPlace place;
  VaultCapture capture;
};

/// The capture of a store that was never released: the one that is known to be its, or the only complete one in the
/// vault that is no other store's.
FoundCapture find_capture(const Site& site, const std::string& id) {
  FoundCapture found;
  std::optional<std::string> own;
  std::set<std::string> others;
  site.database().read([&](Transaction& transaction) {
    const StoreRecord store = store_record(transaction, id);
    found.place = vault_record(transaction, store.vault).place();
    own = store.capture;
    for (const Row& row : transaction.query(kSelectKnownCaptures, {store.vault, id})) others.insert(row.text(0));
  });
  std::vector<VaultCapture> captures = site.folders().captures(found.place);
  std::erase_if(captures, [&](const VaultCapture& capture) {
    return !capture.complete || (own ? capture.capture != *own : others.contains(capture.capture));
  });
  if (captures.size() != 1) {
    throw Error(ErrorCode::incomplete, "store " + id + " has no complete capture: let its source resume it");
  }
  found.capture = std::move(captures.front());
  if (const auto missing = site.folders().first_missing(found.place, found.capture.capture)) {
    throw Error(ErrorCode::incomplete, "the capture in store " + id + " is not all there: " + *missing);
  }
  return found;
}

/// Their names lie sealed in the capture.
std::vector<CapturedAccount> accounts_without_names(const VaultCapture& capture) {
  std::vector<CapturedAccount> accounts;
  for (const std::uint32_t number : capture.accounts)
    accounts.push_back({.number = number, .name = "", .uid = {}, .sid = {}});
  return accounts;
}

std::string name_or_id(Transaction& transaction, const std::string& computer) {
  const Rows rows = transaction.query(kSelectName, {computer});
  return rows.empty() ? computer : rows[0].text(0);
}

void give_up_open_claims(const Site& site, Transaction& transaction, const std::string& store, bool forced) {
  std::vector<std::string> waiting;
  for (ClaimRecord& claim : claims_of(transaction, store)) {
    if (!is_open(claim.state)) continue;
    waiting.push_back(name_or_id(transaction, claim.destination));
    claim.state = ClaimState::given_up;
    set_claim(site, transaction, store, claim);
  }
  if (waiting.empty() || forced) return;
  throw Error(ErrorCode::refused,
              "store " + store + " was not restored on " + join_and(waiting) + " yet, which would lose it");
}

/// The claim that is meant where none is named.
ClaimRecord only_claim(Transaction& transaction, const std::string& store) {
  std::vector<ClaimRecord> claims = claims_of(transaction, store);
  if (std::ranges::any_of(claims, [](const ClaimRecord& claim) { return is_open(claim.state); })) {
    std::erase_if(claims, [](const ClaimRecord& claim) { return !is_open(claim.state); });
  }
  if (claims.size() == 1) return claims.front();
  throw Error(ErrorCode::refused, "store " + store + " has " + std::to_string(claims.size()) +
                                      " claims that could be meant: say of which association");
}

void check_not_restoring(const ClaimRecord& claim) {
  if (claim.state != ClaimState::restoring) return;
  throw Error(ErrorCode::refused, "association " + claim.association + " is being restored right now");
}

}  // namespace

Store release_by_administrator(const Site& site, const std::string& id, std::string_view who) {
  const StoreRecord before =
      site.database().read([&](Transaction& transaction) { return store_record(transaction, id); });
  if (before.state != StoreState::abandoned) {
    throw Error(ErrorCode::refused, "store " + id + " is " + std::string(name_of(before.state)) +
                                        ": only an abandoned capture is released by an administrator");
  }
  const FoundCapture found = find_capture(site, id);
  return site.database().write([&](Transaction& transaction) {
    move_store(site, transaction, store_record(transaction, id), StoreEvent::finish_capture);
    transaction.execute(kSetCapture, {found.capture.capture, id});
    if (accounts_of(transaction, id).empty()) set_accounts(transaction, id, accounts_without_names(found.capture));
    ensure_claim(site, transaction, store_record(transaction, id));
    settle_store(site, transaction, id);
    add_audit(site, transaction, {.who = who, .what = "released by an administrator", .subject = id});
    return store_in(transaction, id);
  });
}

Store resume_store(const Site& site, const std::string& id, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    move_store(site, transaction, store_record(transaction, id), StoreEvent::keep_abandoned);
    add_audit(site, transaction, {.who = who, .what = "abandoned capture kept", .subject = id});
    return store_in(transaction, id);
  });
}

Store discard_store(const Site& site, const std::string& id, bool forced, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    move_store(site, transaction, store_record(transaction, id), StoreEvent::discard);
    give_up_open_claims(site, transaction, id, forced);
    add_audit(site, transaction, {.who = who, .what = forced ? "discarded, forced" : "discarded", .subject = id});
    return store_in(transaction, id);
  });
}

Store retarget_store(const Site& site, const std::string& id, const std::string& destination,
                     const std::optional<std::string>& association, const Account& by) {
  if (by.role != Role::administrator) throw Error(ErrorCode::refused, "only an administrator retargets a store");
  require_recovery_right(by, "retarget a store");
  return site.database().write([&](Transaction& transaction) {
    const StoreRecord store = store_record(transaction, id);
    ClaimRecord claim = association ? claim_in(transaction, id, *association) : only_claim(transaction, id);
    check_not_restoring(claim);
    const Computer computer = find_computer_in(transaction, destination);
    if (computer.site_code != site.info().code) {
      throw Error(ErrorCode::refused, computer.name + " belongs to site " + computer.site_code);
    }
    claim.destination = computer.id;
    claim.state = ClaimState::waiting;
    set_claim(site, transaction, id, claim);
    move_store(site, transaction, store, StoreEvent::retarget);
    add_audit(site, transaction,
              {.who = by.user, .what = "retargeted", .subject = id, .why = claim.association + " to " + computer.id});
    return store_in(transaction, id);
  });
}

Store give_up_claim(const Site& site, const std::string& id, const std::string& association, std::string_view who) {
  return site.database().write([&](Transaction& transaction) {
    ClaimRecord claim = claim_in(transaction, id, association);
    check_not_restoring(claim);
    if (!is_open(claim.state)) {
      throw Error(ErrorCode::refused, "the claim of " + association + " is " + std::string(name_of(claim.state)));
    }
    claim.state = ClaimState::given_up;
    set_claim(site, transaction, id, claim);
    settle_store(site, transaction, id);
    add_audit(site, transaction, {.who = who, .what = "claim given up", .subject = id, .why = association});
    return store_in(transaction, id);
  });
}

}  // namespace rehome::site
