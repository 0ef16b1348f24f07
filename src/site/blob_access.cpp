// SPDX-License-Identifier: Apache-2.0
#include "site/blob_access.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/point_records.h"
#include "site/internal/request_records.h"
#include "site/internal/selection.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectOfCapture =
    "SELECT id FROM stores WHERE vault = :vault AND capture = :capture AND id <> :store";
constexpr const char* kSelectUsed = "SELECT used_bytes FROM vaults WHERE id = :vault";
constexpr const char* kSelectReserved = "SELECT reserved_bytes FROM leases WHERE id = :lease";
constexpr const char* kSetReserved = "UPDATE leases SET reserved_bytes = :bytes WHERE id = :lease";
constexpr const char* kReserveMore =
    "UPDATE leases SET reserved_bytes = reserved_bytes + :bytes WHERE id = :lease AND closed IS NULL";
constexpr const char* kSetCapture = "UPDATE stores SET capture = :capture WHERE id = :id";

/// Of "captures/<capture>/started", the first blob of a capture.
std::optional<std::string> begun_capture(std::string_view blob) {
  constexpr std::string_view kFolder = "captures/";
  constexpr std::string_view kMark = "/started";
  if (!blob.starts_with(kFolder) || !blob.ends_with(kMark)) return std::nullopt;
  const std::string_view id = blob.substr(kFolder.size(), blob.size() - kFolder.size() - kMark.size());
  return is_long_id(id) ? std::optional(std::string(id)) : std::nullopt;
}

std::optional<std::int64_t> quota_of(Transaction& transaction, const std::string& computer, const std::string& vault) {
  const auto quota = computer_in(transaction, computer).quota_bytes;
  if (!quota) return std::nullopt;
  const std::int64_t in_others =
      used_bytes_of(transaction, computer) - transaction.query(kSelectUsed, {vault}).at(0).integer(0);
  return std::max<std::int64_t>(*quota - in_others, 0);
}

std::int64_t reserved_by(Transaction& transaction, const std::string& lease) {
  return transaction.query(kSelectReserved, {lease}).at(0).integer(0);
}

const Folder* find_folder(const std::vector<MigrationPoint>& points, const std::string& id) {
  for (const MigrationPoint& point : points) {
    const auto found = std::ranges::find(point.folders, id, &Folder::id);
    if (found != point.folders.end()) return &*found;
  }
  return nullptr;
}

BlobGrant grant_of(Transaction& transaction, const LeaseRecord& lease, const StoreRecord& store) {
  BlobGrant grant{.lease = lease.id,
                  .place = vault_record(transaction, store.vault).place(),
                  .may_put = !lease.is_restore(),
                  .capture = store.capture,
                  .accounts = {},
                  .quota = {},
                  .written = store.state != StoreState::requested};
  if (!lease.is_restore()) {
    grant.quota = quota_of(transaction, lease.computer, store.vault);
    grant.reserved = reserved_by(transaction, lease.id);
    return grant;
  }
  for (const CapturedAccount& account :
       accounts_for(transaction, store.id, association_record(transaction, *lease.association))) {
    grant.accounts.insert(account.number);
  }
  return grant;
}

}  // namespace

bool BlobGrant::must_note(std::string_view blob) const {
  if (!may_put) return false;
  const auto begun = begun_capture(blob);
  return !written || (begun && begun != capture);
}

std::optional<BlobGrant> blob_grant(const Site& site, const Client& client, const std::string& lease,
                                    const std::string& vault) {
  return site.database().read([&](Transaction& transaction) -> std::optional<BlobGrant> {
    const std::optional<LeaseRecord> record = open_lease_of(transaction, client.computer);
    if (!record || record->id != lease || !is_of(*record, client) || record->expires < site.now()) return std::nullopt;
    const StoreRecord store = store_record(transaction, record->store);
    if (store.vault != vault) return std::nullopt;
    return grant_of(transaction, *record, store);
  });
}

void note_put(const Site& site, BlobGrant& grant, std::string_view blob) {
  const auto begun = begun_capture(blob);
  site.database().write([&](Transaction& transaction) {
    const LeaseRecord lease = lease_record(transaction, grant.lease);
    if (lease.closed) throw Error(ErrorCode::not_found, "lease " + lease.id + " has ended");
    const StoreRecord store = store_record(transaction, lease.store);
    if (store.state == StoreState::requested) move_store(site, transaction, store, StoreEvent::write);
    if (!begun) return;
    if (!transaction.query(kSelectOfCapture, {store.vault, *begun, store.id}).empty()) {
      throw Error(ErrorCode::refused, "capture " + *begun + " belongs to another store");
    }
    transaction.execute(kSetCapture, {*begun, store.id});
  });
  grant.written = true;
  if (begun) grant.capture = begun;
}

void note_written(const Site& site, const std::string& lease, const Written& written) {
  site.database().write([&](Transaction& transaction) {
    const LeaseRecord record = lease_record(transaction, lease);
    const StoreRecord store = store_record(transaction, record.store);
    if (!record.closed) transaction.execute(kSetReserved, {std::max<std::int64_t>(written.reserved_left, 0), lease});
    // What ended without a release still lies there.
    const bool is_open = store.state == StoreState::capturing || store.state == StoreState::abandoned;
    if (is_open) set_used_bytes(transaction, store.vault, written.vault_bytes);
  });
}

void reserve_more(const Site& site, const std::string& lease, std::int64_t bytes) {
  const FolderSpaces spaces = look_at_folders(site, Look::space);
  site.database().write([&](Transaction& transaction) {
    const LeaseRecord record = lease_record(transaction, lease);
    const std::vector<MigrationPoint> points = points_in(transaction);
    const Folder* folder = find_folder(points, store_record(transaction, record.store).folder);
    if (record.closed || folder == nullptr) throw Error(ErrorCode::not_found, "lease " + lease + " has ended");
    if (const auto lacks = lack_of_room(points, spaces, *folder, static_cast<std::uint64_t>(bytes))) {
      throw Error(ErrorCode::no_space,
                  "more is written than was asked for, and folder " + folder->id + " has no room for it: " + *lacks);
    }
    transaction.execute(kReserveMore, {bytes, lease});
  });
}

}  // namespace rehome::site
