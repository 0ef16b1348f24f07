// SPDX-License-Identifier: Apache-2.0
#include "site/internal/lease_records.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/ids.h"

namespace rehome::site {

namespace {

constexpr std::string_view kSelect =
    "SELECT l.id, l.store, l.computer, l.association, l.network_token, l.expires, l.closed, l.outcome FROM leases l ";
constexpr std::string_view kOpenOfComputer = "WHERE l.computer = :computer AND l.closed IS NULL";
constexpr std::string_view kById = "WHERE l.id = :id";
// Not kept, or kept without use.
constexpr std::string_view kExpired =
    "JOIN stores s ON s.id = l.store WHERE l.closed IS NULL AND (l.expires < :now OR "
    "(s.state = 'requested' AND l.created < :unused)) ORDER BY l.id";
/// How long a reservation may be kept by heartbeats alone: a computer that looks through its files writes nothing yet.
constexpr std::int64_t kLongestUnused = 86400;
constexpr std::string_view kOpenOfStore = "WHERE l.store = :store AND l.closed IS NULL ORDER BY l.id";

constexpr std::string_view kOpenOfAssociation = "WHERE l.association = :association AND l.closed IS NULL ORDER BY l.id";

constexpr std::string_view kOpenCapturesOf =
    "JOIN claims c ON c.store = l.store WHERE c.association = :association AND l.association IS NULL AND "
    "l.closed IS NULL ORDER BY l.id";

constexpr const char* kCountOfVault =
    "SELECT COUNT(*) FROM leases l JOIN stores s ON s.id = l.store WHERE s.vault = :vault AND l.closed IS NULL";
constexpr const char* kInsert =
    "INSERT INTO leases (id, store, computer, association, network_token, created, expires, phase, objects, bytes, "
    "expected_bytes, reserved_bytes) VALUES (:id, :store, :computer, :association, :network_token, :created, :expires, "
    "'', 0, 0, :expected_bytes, :reserved_bytes)";
constexpr const char* kRenew = "UPDATE leases SET expires = :expires WHERE id = :id";
// No lease lasts longer than the setting says: the clock was put back, or the setting was changed.
constexpr const char* kShorten = "UPDATE leases SET expires = :latest WHERE closed IS NULL AND expires > :later";
constexpr const char* kClose = "UPDATE leases SET closed = :now, outcome = :outcome WHERE id = :id";
constexpr const char* kSelectProgress =
    "SELECT id, computer, association, created, expires, phase, objects, bytes, expected_bytes FROM leases "
    "WHERE store = :store AND closed IS NULL ORDER BY id";

std::string select(std::string_view which) { return std::string(kSelect).append(which); }

LeaseRecord lease_of(const Row& row) {
  return {.id = row.text(0),
          .store = row.text(1),
          .computer = row.text(2),
          .association = row.optional_text(3),
          .network_token = row.optional_text(4),
          .expires = row.integer(5),
          .closed = row.optional_integer(6),
          .outcome = row.optional_text(7)};
}

}  // namespace

std::optional<LeaseRecord> open_lease_of(Transaction& transaction, const std::string& computer) {
  const Rows rows = transaction.query(select(kOpenOfComputer), {computer});
  return rows.empty() ? std::nullopt : std::optional(lease_of(rows[0]));
}

LeaseRecord lease_record(Transaction& transaction, const std::string& lease) {
  const Rows rows = transaction.query(select(kById), {lease});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no lease " + lease);
  return lease_of(rows[0]);
}

bool is_of(const LeaseRecord& lease, const Client& client) {
  return lease.computer == client.computer && lease.network_token == client.network_token;
}

LeaseRecord lease_of_client(Transaction& transaction, const Client& client, const std::string& lease) {
  LeaseRecord record = lease_record(transaction, lease);
  if (!is_of(record, client)) {
    throw Error(ErrorCode::refused, "lease " + lease + " was not given to who asks now");
  }
  return record;
}

bool has_open_lease(Transaction& transaction, const std::string& vault) {
  return transaction.query(kCountOfVault, {vault}).at(0).integer(0) > 0;
}

LeaseRecord add_lease(const Site& site, Transaction& transaction, const Client& client, const NewLease& wanted) {
  LeaseRecord lease{.id = make_id(site.random(), 'l'),
                    .store = wanted.store,
                    .computer = client.computer,
                    .association = wanted.association,
                    .network_token = client.network_token,
                    .expires = site.now() + Site::settings_in(transaction).lease_seconds};
  transaction.execute(kInsert, {lease.id, lease.store, lease.computer, optional_value(lease.association),
                                optional_value(lease.network_token), site.now(), lease.expires, wanted.expected_bytes,
                                wanted.reserved_bytes});
  return lease;
}

void renew_lease(const Site& site, Transaction& transaction, const std::string& lease) {
  transaction.execute(kRenew, {site.now() + Site::settings_in(transaction).lease_seconds, lease});
}

void close_lease(const Site& site, Transaction& transaction, const LeaseRecord& lease, std::string_view outcome) {
  transaction.execute(kClose, {site.now(), std::string(outcome), lease.id});
}

void fail_lease(const Site& site, Transaction& transaction, const LeaseRecord& lease, std::string_view outcome) {
  close_lease(site, transaction, lease, outcome);
  const StoreRecord store = store_record(transaction, lease.store);
  if (!lease.is_restore()) {
    const bool unused = store.state == StoreState::requested;
    move_store(site, transaction, store, unused ? StoreEvent::expire_unused : StoreEvent::abandon_capture);
    return;
  }
  ClaimRecord claim = claim_in(transaction, lease.store, *lease.association);
  if (claim.state == ClaimState::restoring) {
    claim.state = ClaimState::waiting;
    set_claim(site, transaction, lease.store, claim);
  }
  settle_store(site, transaction, lease.store);
}

std::int64_t expire_leases_in(const Site& site, Transaction& transaction) {
  const std::int64_t latest = site.now() + Site::settings_in(transaction).lease_seconds;
  transaction.execute(kShorten, {latest, latest});
  std::int64_t expired = 0;
  for (const Row& row : transaction.query(select(kExpired), {site.now(), site.now() - kLongestUnused})) {
    const LeaseRecord lease = lease_of(row);
    fail_lease(site, transaction, lease, "expired");
    add_audit(site, transaction,
              {.who = "site", .what = "lease expired", .subject = lease.store, .why = "of " + lease.computer});
    ++expired;
  }
  return expired;
}

std::vector<LeaseRecord> open_captures_of(Transaction& transaction, const std::string& association) {
  std::vector<LeaseRecord> leases;
  for (const Row& row : transaction.query(select(kOpenCapturesOf), {association})) leases.push_back(lease_of(row));
  return leases;
}

void end_restores_of(const Site& site, Transaction& transaction, const std::string& association) {
  for (const Row& row : transaction.query(select(kOpenOfAssociation), {association})) {
    fail_lease(site, transaction, lease_of(row), kEndedByAdministrator);
  }
}

void close_leases_of_store(const Site& site, Transaction& transaction, const std::string& store) {
  for (const Row& row : transaction.query(select(kOpenOfStore), {store})) {
    close_lease(site, transaction, lease_of(row), kEndedByAdministrator);
  }
}

std::vector<LeaseInfo> open_leases_of(Transaction& transaction, const std::string& store) {
  std::vector<LeaseInfo> leases;
  for (const Row& row : transaction.query(kSelectProgress, {store})) {
    leases.push_back({.id = row.text(0),
                      .computer = row.text(1),
                      .restore = row.optional_text(2).has_value(),
                      .created = row.integer(3),
                      .expires = row.integer(4),
                      .phase = row.text(5),
                      .objects = row.integer(6),
                      .bytes = row.integer(7),
                      .expected_bytes = row.integer(8)});
  }
  return leases;
}

}  // namespace rehome::site
