// SPDX-License-Identifier: Apache-2.0
// Request State Store, to capture.
#include <algorithm>

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/computer_records.h"
#include "site/internal/ids.h"
#include "site/internal/point_records.h"
#include "site/internal/request_records.h"
#include "site/internal/selection.h"
#include "site/internal/store_claims.h"
#include "site/internal/vault_records.h"
#include "site/requests.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectOwnFolders =
    "SELECT DISTINCT folder FROM stores WHERE source = :source AND deleted IS NULL";
constexpr const char* kSelectInVault =
    "SELECT id FROM stores WHERE vault = :vault AND state = :state AND deleted IS NULL ORDER BY serial DESC LIMIT 1";
constexpr const char* kInsertStore =
    "INSERT INTO stores (id, serial, state, source, vault, folder, estimated_bytes, objects, bytes, errors, losses, "
    "message, requested) VALUES (:id, (SELECT COALESCE(MAX(serial), 0) + 1 FROM stores), 'requested', :source, :vault, "
    ":folder, :estimated_bytes, 0, 0, 0, 0, '', :requested)";

struct CaptureRequest {
  const Client& client;
  std::uint64_t bytes;
  const FolderSpaces& spaces;
};

void check_quota(Transaction& transaction, const CaptureRequest& request) {
  const Computer computer = computer_in(transaction, request.client.computer);
  if (!computer.quota_bytes) return;
  const std::int64_t used = used_bytes_of(transaction, computer.id);
  // A second capture mostly finds its content in the vault, so what it may add is held to while it is written.
  if (used < *computer.quota_bytes && request.bytes <= static_cast<std::uint64_t>(*computer.quota_bytes)) return;
  throw Error(ErrorCode::no_space, computer.name + " may store " + std::to_string(*computer.quota_bytes) +
                                       " bytes, has stored " + std::to_string(used) + " and asks for " +
                                       std::to_string(request.bytes));
}

Choice choose(Transaction& transaction, const CaptureRequest& request, const std::optional<VaultRecord>& vault) {
  Wish wish{.address = request.client.address, .bytes = request.bytes, .preferred = {}, .own = {}};
  if (vault) wish.preferred = vault->folder;
  for (const Row& row : transaction.query(kSelectOwnFolders, {request.client.computer})) wish.own.insert(row.text(0));
  auto choice = choose_folder(points_in(transaction), request.spaces, wish);
  if (!choice) throw choice.error();
  return std::move(*choice);
}

std::optional<std::string> store_in_vault(Transaction& transaction, const std::string& vault, StoreState state) {
  const Rows rows = transaction.query(kSelectInVault, {vault, std::string(name_of(state))});
  return rows.empty() ? std::nullopt : std::optional(rows[0].text(0));
}

/// The vault that the capture goes into: that of the computer as long as only the computer has its key, else a new one.
VaultRecord settle_vault(const Site& site, Transaction& transaction, const CaptureRequest& request,
                         const std::optional<VaultRecord>& newest, const std::string& folder) {
  if (!newest || newest->exposed || newest->folder != folder || has_left_over(transaction, newest->id)) {
    return add_vault(site, transaction, request.client, folder);
  }
  if (const auto deleting = store_in_vault(transaction, newest->id, StoreState::deleting)) {
    throw Error(ErrorCode::busy, "store " + *deleting + " is being deleted from this computer's vault: ask again");
  }
  return *newest;
}

/// The abandoned capture in the vault, capturing again, or a new store.
std::string settle_store_of(const Site& site, Transaction& transaction, const CaptureRequest& request,
                            const VaultRecord& vault) {
  if (const auto abandoned = store_in_vault(transaction, vault.id, StoreState::abandoned)) {
    move_store(site, transaction, store_record(transaction, *abandoned), StoreEvent::resume_capture);
    return *abandoned;
  }
  const std::string id = make_id(site.random(), 's');
  transaction.execute(kInsertStore, {id, request.client.computer, vault.id, vault.folder,
                                     static_cast<std::int64_t>(request.bytes), site.now()});
  return id;
}

/// Whether what was reserved can be used: else the computer gets another folder, instead of the same one again.
bool can_be_written(Transaction& transaction, const CaptureRequest& request, const LeaseRecord& lease) {
  const auto found = request.spaces.find(store_record(transaction, lease.store).folder);
  return found != request.spaces.end() && found->second && !found->second->unwritable;
}

LeaseRecord open_capture(const Site& site, Transaction& transaction, const CaptureRequest& request) {
  check_quota(transaction, request);
  const std::optional<VaultRecord> newest = newest_vault(transaction, request.client);
  const Choice choice = choose(transaction, request, newest);
  const VaultRecord vault = settle_vault(site, transaction, request, newest, choice.folder);
  const std::string store = settle_store_of(site, transaction, request, vault);
  add_claims(site, transaction, store_record(transaction, store));
  const auto bytes = static_cast<std::int64_t>(request.bytes);
  add_audit(site, transaction,
            {.who = request.client.computer, .what = "capture requested", .subject = store, .why = vault.folder_path});
  return add_lease(site, transaction, request.client,
                   {.store = store, .association = {}, .expected_bytes = bytes, .reserved_bytes = bytes});
}

/// For whom it captures: everybody's accounts unless all want some only.
void tell_accounts(Transaction& transaction, const std::vector<AssociationRecord>& associations, Lease& lease) {
  const auto is_in_place = [](const AssociationRecord& one) { return one.source == one.destination; };
  lease.in_place = std::ranges::any_of(associations, is_in_place);
  for (const AssociationRecord& association : associations) {
    if (association.behaviour != Behaviour::specified) return lease.accounts.clear();
    for (std::string& account : association_accounts(transaction, association.id)) {
      if (std::ranges::find(lease.accounts, account) == lease.accounts.end()) {
        lease.accounts.push_back(std::move(account));
      }
    }
  }
  if (!associations.empty()) lease.behaviour = Behaviour::specified;
}

CaptureLease grant_capture(const Site& site, Transaction& transaction, const LeaseRecord& record) {
  CaptureLease granted{
      .lease = describe_lease(transaction, record), .vault_key = {}, .recovery_key = site.info().recovery_key};
  Lease& lease = granted.lease;
  lease.resume = store_record(transaction, record.store).state != StoreState::requested;
  tell_accounts(transaction, claimants_of(transaction, record.store), lease);
  granted.vault_key = hand_out_vault_key(
      site, transaction, lease.vault,
      {.who = record.computer, .what = "key to source", .subject = lease.store, .why = "capture", .to_source = true});
  return granted;
}

}  // namespace

CaptureLease request_capture(const Site& site, const Client& client, std::uint64_t estimated_bytes) {
  const FolderSpaces spaces = look_at_folders(site, Look::writable);
  const CaptureRequest request{client, estimated_bytes, spaces};
  return site.database().write([&](Transaction& transaction) {
    std::optional<LeaseRecord> lease = begin_request(site, transaction, client, Purpose::capture);
    if (lease && !can_be_written(transaction, request, *lease)) {
      fail_lease(site, transaction, *lease, "its folder cannot be written");
      lease.reset();
    }
    if (!lease) lease = open_capture(site, transaction, request);
    ensure_claim(site, transaction, store_record(transaction, lease->store));
    return grant_capture(site, transaction, *lease);
  });
}

}  // namespace rehome::site
