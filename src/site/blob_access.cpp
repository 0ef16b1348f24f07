// SPDX-License-Identifier: Apache-2.0
#include "site/blob_access.h"

#include <algorithm>

#include "base/core/error.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/request_records.h"
#include "site/internal/vault_records.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectOfCapture =
    "SELECT id FROM stores WHERE vault = :vault AND capture = :capture AND id <> :store";
constexpr const char* kSetCapture = "UPDATE stores SET capture = :capture WHERE id = :id";

/// Of "captures/<capture>/started", the first blob of a capture.
std::optional<std::string> begun_capture(std::string_view blob) {
  constexpr std::string_view kFolder = "captures/";
  constexpr std::string_view kMark = "/started";
  if (!blob.starts_with(kFolder) || !blob.ends_with(kMark)) return std::nullopt;
  const std::string_view id = blob.substr(kFolder.size(), blob.size() - kFolder.size() - kMark.size());
  return is_long_id(id) ? std::optional(std::string(id)) : std::nullopt;
}

std::optional<std::int64_t> quota_left(Transaction& transaction, const std::string& computer) {
  const auto quota = computer_in(transaction, computer).quota_bytes;
  if (!quota) return std::nullopt;
  return std::max<std::int64_t>(*quota - used_bytes_of(transaction, computer), 0);
}

BlobGrant grant_of(Transaction& transaction, const LeaseRecord& lease, const StoreRecord& store) {
  BlobGrant grant{.lease = lease.id,
                  .place = vault_record(transaction, store.vault).place(),
                  .may_put = !lease.is_restore(),
                  .capture = store.capture,
                  .accounts = {},
                  .quota_left = {},
                  .written = store.state != StoreState::requested};
  if (!lease.is_restore()) {
    grant.quota_left = quota_left(transaction, lease.computer);
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

}  // namespace rehome::site
