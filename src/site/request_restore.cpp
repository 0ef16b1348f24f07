// SPDX-License-Identifier: Apache-2.0
// Request State Store, to restore.
#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/request_records.h"
#include "site/internal/selection.h"
#include "site/internal/vault_records.h"
#include "site/requests.h"

namespace rehome::site {

namespace {

// The newest first. A deleted association gives nothing while it is deleted.
constexpr const char* kSelectClaims =
    "SELECT c.association, c.state, s.id, s.state, s.deleted, s.captured FROM claims c JOIN stores s ON s.id = c.store "
    "JOIN associations a ON a.id = c.association WHERE c.destination = :destination AND a.deleted IS NULL AND "
    "c.state <> 'given-up' ORDER BY s.serial DESC";
constexpr const char* kCountLeases =
    "SELECT COUNT(*) FROM leases WHERE store = :store AND association = :association AND computer = :computer";

struct Candidate {
  std::string association, store;
  bool waiting = false;
};

/// What keeps the computer from restoring anything.
struct Obstacles {
  std::optional<std::string> not_released;
  std::optional<std::int64_t> deleted;

  Error error(const std::string& computer) const {
    if (not_released) {
      return {ErrorCode::refused, "the capture in store " + *not_released + " was not released yet"};
    }
    if (deleted) {
      return {ErrorCode::not_found,
              "what was kept for " + computer + " was deleted on " + to_iso8601({.seconds = *deleted})};
    }
    return {ErrorCode::not_found, "no store is kept for " + computer +
                                      ": an association that names it as destination must exist before the capture"};
  }
};

bool is_captured(StoreState state) { return next_state(state, StoreEvent::request_restore).has_value(); }

bool is_before_release(StoreState state) {
  return state == StoreState::requested || state == StoreState::capturing || state == StoreState::abandoned;
}

/// Of each association its newest store that was ever released: an older one would put back what a newer one replaced.
std::vector<Candidate> candidates(Transaction& transaction, const std::string& destination, Obstacles& obstacles) {
  std::vector<Candidate> found;
  std::set<std::string> seen;
  for (const Row& row : transaction.query(kSelectClaims, {destination})) {
    const StoreState state = store_state_of(row.text(3));
    const bool never_was = state == StoreState::deleted && !row.optional_integer(5);  // asked for, and not used
    if (seen.contains(row.text(0)) || never_was) continue;
    if (is_before_release(state)) {
      if (!obstacles.not_released) obstacles.not_released = row.text(2);
      continue;
    }
    seen.insert(row.text(0));
    if (is_captured(state)) {
      found.push_back({row.text(0), row.text(2), row.text(1) != "restored"});
    } else if (!obstacles.deleted) {
      obstacles.deleted = row.optional_integer(4);
    }
  }
  return found;
}

/// What waits comes before what was restored once.
Candidate choose(Transaction& transaction, const std::string& destination) {
  Obstacles obstacles;
  const std::vector<Candidate> all = candidates(transaction, destination, obstacles);
  if (all.empty()) throw obstacles.error(computer_in(transaction, destination).name);
  const auto waiting = std::ranges::find(all, true, &Candidate::waiting);
  return waiting == all.end() ? all.front() : *waiting;
}

/// Error where nothing of the store can be read now.
void check_folder(Transaction& transaction, const FolderSpaces& spaces, const std::string& store) {
  const auto found = spaces.find(store_record(transaction, store).folder);
  if (found == spaces.end() || found->second) return;
  Error missing(ErrorCode::io, "store " + store + " cannot be read now: " + found->second.error().message());
  for (const std::string& context : found->second.error().context()) missing.add_context(context);
  throw missing;
}

LeaseRecord open_restore(const Site& site, Transaction& transaction, const Client& client) {
  const Candidate chosen = choose(transaction, client.computer);
  move_store(site, transaction, store_record(transaction, chosen.store), StoreEvent::request_restore);
  set_claim(site, transaction, chosen.store, {chosen.association, client.computer, ClaimState::restoring});
  add_audit(site, transaction, {.who = client.computer, .what = "restore requested", .subject = chosen.store});
  return add_lease(site, transaction, client, {.store = chosen.store, .association = chosen.association});
}

RestoreLease grant_restore(const Site& site, Transaction& transaction, const LeaseRecord& record) {
  const AssociationRecord association = association_record(transaction, *record.association);
  RestoreLease granted{.lease = describe_lease(transaction, record),
                       .capture = store_record(transaction, record.store).capture.value_or(""),
                       .keys = {},
                       .known_accounts = accounts_for(transaction, record.store, association)};
  Lease& lease = granted.lease;
  const bool to_source = record.computer == vault_record(transaction, lease.vault).computer && !record.network_token;
  lease.resume = transaction.query(kCountLeases, {record.store, association.id, record.computer}).at(0).integer(0) > 1;
  lease.in_place = association.source == record.computer;
  lease.behaviour = association.behaviour;
  lease.accounts = association_accounts(transaction, association.id);
  granted.keys = hand_out_account_keys(site, transaction, lease.vault,
                                       {.who = record.computer,
                                        .what = to_source ? "keys to source" : "keys to destination",
                                        .subject = lease.store,
                                        .why = "restore through " + association.id,
                                        .to_source = to_source},
                                       granted.known_accounts);
  return granted;
}

}  // namespace

RestoreLease request_restore(const Site& site, const Client& client) {
  const FolderSpaces spaces = look_at_folders(site, Look::space);
  return site.database().write([&](Transaction& transaction) {
    std::optional<LeaseRecord> lease = begin_request(site, transaction, client, Purpose::restore);
    if (!lease) lease = open_restore(site, transaction, client);
    check_folder(transaction, spaces, lease->store);
    return grant_restore(site, transaction, *lease);
  });
}

}  // namespace rehome::site
