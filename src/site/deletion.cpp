// SPDX-License-Identifier: Apache-2.0
#include "site/deletion.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/cycles.h"
#include "site/internal/association_records.h"
#include "site/internal/audit_log.h"
#include "site/internal/lease_records.h"
#include "site/internal/left_over_captures.h"
#include "site/internal/point_records.h"
#include "site/internal/store_records.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectPassed =
    "SELECT s.id FROM stores s JOIN folders f ON f.id = s.folder WHERE s.state = 'released' AND s.deleted IS NULL AND "
    "f.point = :point AND s.released <= :limit ORDER BY s.serial";
constexpr const char* kSelectForgotten =
    "SELECT s.id FROM stores s JOIN folders f ON f.id = s.folder WHERE s.state = 'abandoned' AND s.deleted IS NULL AND "
    "f.point = :point AND s.abandoned <= :limit ORDER BY s.serial";
constexpr const char* kSelectDue =
    "SELECT s.id FROM stores s JOIN folders f ON f.id = s.folder WHERE s.state IN ('due', 'deleting') AND "
    "s.deleted IS NULL AND f.point = :point ORDER BY s.serial";
constexpr const char* kSelectDeleting =
    "SELECT id FROM stores WHERE state = 'deleting' AND deleted IS NULL ORDER BY serial";
constexpr const char* kCountResumable =
    "SELECT COUNT(*) FROM stores WHERE vault = :vault AND state = 'abandoned' AND deleted IS NULL";
constexpr const char* kCountOthers =
    "SELECT COUNT(*) FROM stores WHERE vault = :vault AND id <> :id AND deleted IS NULL";
constexpr const char* kSetLastCycle = "UPDATE points SET last_cycle = :now WHERE id = :id";
constexpr const char* kSelectCycleDue =
    "SELECT id FROM points WHERE removed IS NULL AND (last_cycle IS NULL OR "
    "last_cycle + 60 * deletion_cycle_minutes <= :now OR last_cycle > :again) ORDER BY serial";

constexpr const char* kBringBackReleased =
    "UPDATE stores SET released = :now WHERE state = 'released' AND deleted IS NULL AND released > :later";
constexpr const char* kBringBackAbandoned =
    "UPDATE stores SET abandoned = :now WHERE state = 'abandoned' AND deleted IS NULL AND abandoned > :later";
constexpr const char* kBringBackDeleted = "UPDATE associations SET deleted = :now WHERE deleted > :later";

constexpr std::int64_t kSecondsPerMinute = 60;
/// A cycle is late when as many could have run since the last.
constexpr std::int64_t kLateCycles = 2;

std::vector<std::string> ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  for (const Row& row : rows) ids.push_back(row.text(0));
  return ids;
}

/// Nobody came back for it, so nobody waits for it any more.
void forget_abandoned(const Site& site, Transaction& transaction, const std::string& store) {
  for (ClaimRecord& claim : claims_of(transaction, store)) {
    if (!is_open(claim.state)) continue;
    claim.state = ClaimState::given_up;
    set_claim(site, transaction, store, claim);
  }
  move_store(site, transaction, store_record(transaction, store), StoreEvent::discard);
  add_audit(site, transaction, {.who = "site", .what = "abandoned capture forgotten", .subject = store});
}

/// The clock was put back since: what seems to lie ahead counts from now on, so that it still ends.
void bring_back_moments(const Site& site, Transaction& transaction) {
  for (const char* statement : {kBringBackReleased, kBringBackAbandoned, kBringBackDeleted}) {
    transaction.execute(statement, {site.now(), site.now()});
  }
}

bool came_late(const Site& site, const MigrationPoint& point) {
  const std::int64_t cycle = point.settings.deletion_cycle_minutes * kSecondsPerMinute;
  return point.last_cycle && site.now() - *point.last_cycle > kLateCycles * cycle;
}

void pass_delay(const Site& site, Transaction& transaction, const MigrationPoint& point) {
  const std::int64_t delay = point.settings.deletion_delay_minutes * kSecondsPerMinute;
  for (const std::string& store : ids_of(transaction.query(kSelectPassed, {point.id, site.now() - delay}))) {
    move_store(site, transaction, store_record(transaction, store), StoreEvent::pass_delay);
    add_audit(site, transaction, {.who = "site", .what = "store due", .subject = store});
  }
}

void forget_what_nobody_resumed(const Site& site, Transaction& transaction, const std::string& point) {
  const std::int64_t keep = Site::settings_in(transaction).keep_abandoned_seconds;
  for (const std::string& store : ids_of(transaction.query(kSelectForgotten, {point, site.now() - keep}))) {
    forget_abandoned(site, transaction, store);
  }
}

/// First transaction: what time has done since the last cycle.
CycleReport begin_cycle(const Site& site, Transaction& transaction, const std::string& point) {
  CycleReport report;
  const MigrationPoint record = point_in(transaction, point);
  report.expired_leases = expire_leases_in(site, transaction);
  bring_back_moments(site, transaction);
  report.held_back = came_late(site, record);
  if (!report.held_back) {
    report.purged_associations = purge_associations(site, transaction);
    forget_what_nobody_resumed(site, transaction, point);
  }
  // What is deleted at once waits for no time to pass.
  if (!report.held_back || record.settings.deletion_delay_minutes == 0) pass_delay(site, transaction, record);
  report.due = ids_of(transaction.query(kSelectDue, {point}));
  transaction.execute(kSetLastCycle, {site.now(), point});
  return report;
}

/// What is to be removed, as it was when the store was taken for deletion.
struct Removal {
  StoreRecord store;
  VaultPlace place;
  KnownCaptures records;
  bool last_store = false;
};

TimeLimit limit_of(const CycleReport& report) { return report.held_back ? TimeLimit::held_back : TimeLimit::counts; }

/// Why the store stays for now; nullopt where it can go.
std::optional<std::string> reason_to_skip(Transaction& transaction, const StoreRecord& store) {
  if (has_open_lease(transaction, store.vault)) return "a computer works on its vault";
  if (transaction.query(kCountResumable, {store.vault}).at(0).integer(0) > 0) {
    return "a capture into its vault can be resumed";
  }
  return std::nullopt;
}

/// Second transaction: from here on until the third the vault takes no capture and gives no restore of this store.
/// One that a stopped cycle left in "deleting" goes on.
std::optional<Removal> take(const Site& site, Transaction& transaction, const std::string& id, CycleReport& report) {
  Removal removal{.store = store_record(transaction, id), .place = {}, .records = {}};
  const StoreState state = removal.store.state;
  if (state != StoreState::due && state != StoreState::deleting) return std::nullopt;
  if (state == StoreState::due) {
    if (const auto reason = reason_to_skip(transaction, removal.store)) {
      report.skipped.push_back({.store = id, .reason = *reason, .failure = {}});
      return std::nullopt;
    }
    move_store(site, transaction, removal.store, StoreEvent::begin_deletion);
    removal.store.state = StoreState::deleting;
  }
  removal.place = vault_record(transaction, removal.store.vault).place();
  removal.records = known_captures(site, transaction, removal.store, limit_of(report));
  removal.last_store = transaction.query(kCountOthers, {removal.store.vault, id}).at(0).integer(0) == 0;
  return removal;
}

/// What became of a vault on disk.
struct Remains {
  bool vault_is_gone = false;
  std::uint64_t used_bytes = 0;
  LeftOver left_over;
};

/// Outside of any transaction: everything goes that no store needs and that is not left over.
Remains remove_from_disk(const Site& site, const VaultPlace& place, const KnownCaptures& records, bool last_store) {
  const std::vector<VaultCapture> captures = site.folders().captures(place);
  Remains remains{.left_over = left_over_in(site, place, captures, records)};
  const std::vector<std::string>& left = remains.left_over.captures;
  if (last_store && left.empty()) {
    site.folders().remove_vault(place);
    remains.vault_is_gone = true;
    return remains;
  }
  for (const VaultCapture& capture : captures) {
    const bool is_left = std::ranges::find(left, capture.capture) != left.end();
    if (!is_left && !records.needed.contains(capture.capture)) site.folders().remove_capture(place, capture.capture);
  }
  remains.used_bytes = site.folders().used_bytes(place);
  return remains;
}

void note_remains(const Site& site, Transaction& transaction, const std::string& vault, const Remains& remains) {
  if (remains.vault_is_gone) {
    mark_vault_removed(site, transaction, vault);
  } else {
    set_used_bytes(transaction, vault, remains.used_bytes);
  }
}

/// Third transaction. The row stays (C-L8).
void finish(const Site& site, Transaction& transaction, const Removal& removal, const Remains& remains) {
  // A folder that was removed meanwhile took the store with it.
  const StoreRecord now = store_record(transaction, removal.store.id);
  if (now.state == StoreState::deleting) move_store(site, transaction, now, StoreEvent::finish_deletion);
  note_remains(site, transaction, removal.store.vault, remains);
  add_audit(site, transaction,
            {.who = "site", .what = "store deleted", .subject = removal.store.id, .why = removal.place.folder});
}

void report_remains(const std::string& vault, const Remains& remains, CycleReport& report) {
  if (remains.vault_is_gone) report.removed.push_back(vault);
  if (!remains.left_over.captures.empty()) report.left_over.push_back(remains.left_over);
}

void delete_store(const Site& site, const std::string& id, CycleReport& report) {
  const auto skipped_before = report.skipped;
  const std::optional<Removal> removal = site.database().write([&](Transaction& transaction) {
    report.skipped = skipped_before;  // the transaction may run again
    return take(site, transaction, id, report);
  });
  if (!removal) return;
  try {
    const Remains remains = remove_from_disk(site, removal->place, removal->records, removal->last_store);
    site.database().write([&](Transaction& transaction) { finish(site, transaction, *removal, remains); });
    report.deleted.push_back(id);
    report_remains(removal->store.vault, remains, report);
  } catch (const Error& error) {
    report.skipped.push_back({id, error.message(), error.what()});
  }
}

/// A vault whose stores are all deleted: what was left over may go by now. No capture goes into it meanwhile.
void look_after(const Site& site, const std::string& vault, CycleReport& report) {
  struct Found {
    VaultPlace place;
    KnownCaptures records;
  };
  try {
    const Found found = site.database().read([&](Transaction& transaction) {
      return Found{vault_record(transaction, vault).place(),
                   known_captures(site, transaction, {.id = "", .vault = vault}, limit_of(report))};
    });
    const Remains remains = remove_from_disk(site, found.place, found.records, true);
    site.database().write([&](Transaction& transaction) { note_remains(site, transaction, vault, remains); });
    report_remains(vault, remains, report);
  } catch (const Error& error) {
    report.skipped.push_back({"vault " + vault, error.message(), error.what()});
  }
}

}  // namespace

CycleReport run_deletion_cycle(const Site& site, const std::string& point) {
  const std::int64_t begun = site.now();
  CycleReport report =
      site.database().write([&](Transaction& transaction) { return begin_cycle(site, transaction, point); });
  const auto without_store =
      site.database().read([&](Transaction& transaction) { return vaults_without_store(transaction, point); });
  for (const std::string& store : report.due) delete_store(site, store, report);
  for (const std::string& vault : without_store) look_after(site, vault, report);
  keep_cycle(site, point, begun, report);
  return report;
}

CycleReport finish_deletions(const Site& site) {
  CycleReport report;
  report.due =
      site.database().read([](Transaction& transaction) { return ids_of(transaction.query(kSelectDeleting)); });
  for (const std::string& store : report.due) delete_store(site, store, report);
  return report;
}

std::vector<std::string> points_with_cycle_due(const Site& site) {
  return site.database().read(
      [&](Transaction& transaction) { return ids_of(transaction.query(kSelectCycleDue, {site.now(), site.now()})); });
}

}  // namespace rehome::site
