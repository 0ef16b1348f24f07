// SPDX-License-Identifier: Apache-2.0
// Keeping and releasing leases.
#include <algorithm>
#include <set>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/ids.h"
#include "site/internal/lease_records.h"
#include "site/internal/lease_turn.h"
#include "site/internal/store_claims.h"
#include "site/internal/text.h"
#include "site/internal/vault_records.h"
#include "site/requests.h"

namespace rehome::site {

namespace {

constexpr std::size_t kMostAccounts = 10000;

constexpr const char* kUpdateProgress =
    "UPDATE leases SET phase = :phase, objects = :objects, bytes = :bytes, expected_bytes = :expected WHERE id = :id";
constexpr const char* kUpdateCapture =
    "UPDATE stores SET capture = :capture, objects = :objects, bytes = :bytes, errors = :errors, losses = :losses, "
    "message = :message WHERE id = :id";
constexpr const char* kUpdateMessage = "UPDATE stores SET message = :message WHERE id = :id";
constexpr const char* kSelectSameCapture =
    "SELECT id FROM stores WHERE vault = :vault AND capture = :capture AND id <> :store";
constexpr const char* kSelectDelay =
    "SELECT p.deletion_delay_minutes FROM stores s JOIN folders f ON f.id = s.folder JOIN points p ON "
    "p.id = f.point WHERE s.id = :store";
constexpr const char* kCountOpen = "SELECT COUNT(*) FROM leases WHERE closed IS NULL";

std::int64_t not_negative(std::int64_t value) { return std::max<std::int64_t>(value, 0); }

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::captured:
      return "captured";
    case Outcome::restored:
      return "restored";
    case Outcome::failed:
      return "failed";
    case Outcome::abandoned:
      return "abandoned";
  }
  return "";
}

Error ended(const LeaseRecord& lease) {
  return {ErrorCode::not_found,
          "lease " + lease.id + " has ended (" + lease.outcome.value_or("") + "): request the state store again"};
}

void check_release(const LeaseRecord& lease, const Release& release) {
  const Outcome wrong = lease.is_restore() ? Outcome::captured : Outcome::restored;
  if (release.outcome == wrong) {
    throw Error(ErrorCode::refused, "lease " + lease.id + " is for a " + (lease.is_restore() ? "restore" : "capture") +
                                        " and cannot be released as " + std::string(name_of(wrong)));
  }
  if (release.outcome == Outcome::captured && !is_long_id(release.capture)) {
    throw Error(ErrorCode::invalid_argument, "a capture is named by 32 hexadecimal digits");
  }
  if (release.accounts.size() > kMostAccounts) {
    throw Error(ErrorCode::limit_exceeded, "a capture has at most 10000 accounts");
  }
  std::set<std::uint32_t> numbers;
  for (const CapturedAccount& account : release.accounts) {
    if (numbers.insert(account.number).second) continue;
    throw Error(ErrorCode::invalid_argument, "account " + std::to_string(account.number) + " is named twice");
  }
}

/// What is wrong with the capture; nullopt where it is complete and all it lists is there. Looked at while the lease is
/// open: nothing is removed from a vault with an open lease, so it holds until the lease is closed.
std::optional<std::string> problem_of(const Site& site, const VaultPlace& place, const Release& release) {
  try {
    if (auto missing = site.folders().first_missing(place, release.capture)) return missing;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found && error.code() != ErrorCode::incomplete &&
        error.code() != ErrorCode::corrupt && error.code() != ErrorCode::invalid_argument &&
        error.code() != ErrorCode::limit_exceeded) {
      throw;
    }
    return error.message();
  }
  try {
    site.folders().tidy_after_capture(place, release.capture);
  } catch (const Error&) {
    // What is left over costs space and is removed with the vault.
  }
  return std::nullopt;
}

struct CaptureCheck {
  std::optional<std::string> problem;
  std::optional<std::uint64_t> used_bytes;  // where it can be counted
};

CaptureCheck check_capture(const Site& site, const LeaseRecord& lease, const Release& release) {
  const VaultPlace place = site.database().read([&](Transaction& transaction) {
    return vault_record(transaction, store_record(transaction, lease.store).vault).place();
  });
  CaptureCheck check;
  if (release.outcome == Outcome::captured) check.problem = problem_of(site, place, release);
  try {
    check.used_bytes = site.folders().used_bytes(place);
  } catch (const Error&) {
    // A capture that failed because its folder is gone can be given up all the same.
    if (release.outcome == Outcome::captured) throw;
  }
  return check;
}

void finish_capture(const Site& site, Transaction& transaction, const LeaseRecord& lease, const Release& release) {
  const StoreRecord store = store_record(transaction, lease.store);
  const Rows same = transaction.query(kSelectSameCapture, {store.vault, release.capture, store.id});
  if (!same.empty()) {
    throw Error(ErrorCode::refused, "capture " + release.capture + " was released as store " + same[0].text(0));
  }
  close_lease(site, transaction, lease, name_of(release.outcome));
  transaction.execute(kUpdateCapture, {release.capture, not_negative(release.objects), not_negative(release.bytes),
                                       not_negative(release.errors), not_negative(release.losses),
                                       tidy_text(release.message), store.id});
  set_accounts(transaction, store.id, release.accounts);
  ensure_claim(site, transaction, store);
  move_store(site, transaction, store, StoreEvent::finish_capture);
  settle_store(site, transaction, store.id);
}

void finish_restore(const Site& site, Transaction& transaction, const LeaseRecord& lease) {
  close_lease(site, transaction, lease, name_of(Outcome::restored));
  ClaimRecord claim = claim_in(transaction, lease.store, *lease.association);
  claim.state = ClaimState::restored;
  set_claim(site, transaction, lease.store, claim);
  settle_store(site, transaction, lease.store);
}

void apply(const Site& site, Transaction& transaction, const LeaseRecord& lease, const Release& release,
           const CaptureCheck& check) {
  std::string message = tidy_text(release.message);
  if (release.outcome == Outcome::captured && !check.problem) {
    finish_capture(site, transaction, lease, release);
  } else if (release.outcome == Outcome::restored) {
    finish_restore(site, transaction, lease);
  } else {
    if (check.problem) message = "the capture is not complete: " + tidy_text(*check.problem);
    transaction.execute(kUpdateMessage, {message, lease.store});
    fail_lease(site, transaction, lease, name_of(release.outcome));
  }
  add_audit(site, transaction,
            {.who = lease.computer,
             .what = "released as " + std::string(name_of(release.outcome)),
             .subject = lease.store,
             .why = message});
}

Released answer(Transaction& transaction, const LeaseRecord& lease) {
  Released released{.state = store_record(transaction, lease.store).state};
  released.delete_now =
      released.state == StoreState::released && transaction.query(kSelectDelay, {lease.store}).at(0).integer(0) == 0;
  return released;
}

}  // namespace

Outcome outcome_of(std::string_view name) {
  for (const Outcome outcome : {Outcome::captured, Outcome::restored, Outcome::failed, Outcome::abandoned}) {
    if (name_of(outcome) == name) return outcome;
  }
  throw Error(ErrorCode::invalid_argument,
              "a release is captured, restored, failed or abandoned, not \"" + std::string(name) + '"');
}

std::int64_t keep_lease(const Site& site, const Client& client, const std::string& lease, const Heartbeat& heartbeat) {
  return site.database().write([&](Transaction& transaction) {
    const LeaseRecord record = lease_of_client(transaction, client, lease);
    if (record.closed) throw ended(record);
    transaction.execute(kUpdateProgress,
                        {tidy_text(heartbeat.phase, 255), not_negative(heartbeat.objects),
                         not_negative(heartbeat.bytes), not_negative(heartbeat.expected_bytes), lease});
    renew_lease(site, transaction, lease);
    return Site::settings_in(transaction).lease_seconds;
  });
}

Released release_lease(const Site& site, const Client& client, const std::string& lease, const Release& release) {
  const LeaseTurn turn(site.leases_being_released(), lease);
  const LeaseRecord asked =
      site.database().read([&](Transaction& transaction) { return lease_of_client(transaction, client, lease); });
  check_release(asked, release);
  CaptureCheck check;
  if (!asked.closed && !asked.is_restore()) check = check_capture(site, asked, release);
  return site.database().write([&](Transaction& transaction) {
    const LeaseRecord record = lease_of_client(transaction, client, lease);
    if (record.closed && record.outcome != name_of(release.outcome)) throw ended(record);
    if (!record.closed) {
      apply(site, transaction, record, release, check);
      if (check.used_bytes) {
        set_used_bytes(transaction, store_record(transaction, record.store).vault, *check.used_bytes);
      }
    }
    return answer(transaction, record);
  });
}

std::int64_t expire_leases(const Site& site) {
  return site.database().write([&](Transaction& transaction) { return expire_leases_in(site, transaction); });
}

std::int64_t count_open_leases(const Site& site) {
  return site.database().read([](Transaction& transaction) { return transaction.query(kCountOpen).at(0).integer(0); });
}

}  // namespace rehome::site
