// SPDX-License-Identifier: Apache-2.0
#include "site/internal/request_records.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/location.h"
#include "site/internal/account_names.h"
#include "site/internal/computer_records.h"
#include "site/internal/text.h"

namespace rehome::site {

std::optional<LeaseRecord> begin_request(const Site& site, Transaction& transaction, const Client& client,
                                         Purpose purpose) {
  const Computer computer = computer_in(transaction, client.computer);
  if (computer.site_code != site.info().code) {
    throw Error(ErrorCode::refused, computer.name + " belongs to site " + computer.site_code);
  }
  expire_leases_in(site, transaction);
  std::optional<LeaseRecord> open = open_lease_of(transaction, client.computer);
  if (!open) return std::nullopt;
  if (open->is_restore() != (purpose == Purpose::restore)) {
    throw Error(ErrorCode::busy, computer.name + " has not released its " +
                                     (open->is_restore() ? "restore" : "capture") + " yet: store " + open->store);
  }
  if (open->network_token != client.network_token) {
    throw Error(ErrorCode::busy, computer.name + " has an open lease that was asked for in another way");
  }
  renew_lease(site, transaction, open->id);
  return open;
}

Lease describe_lease(Transaction& transaction, const LeaseRecord& record) {
  const Store store = store_in(transaction, record.store);
  const Settings settings = Site::settings_in(transaction);
  return {.id = record.id,
          .store = store.id,
          .vault = store.vault,
          .point = store.point,
          .folder = store.folder,
          .folder_path = store.folder_path,
          .heartbeat_seconds = settings.heartbeat_seconds,
          .lease_seconds = settings.lease_seconds};
}

std::vector<CapturedAccount> accounts_for(Transaction& transaction, const std::string& store,
                                          const AssociationRecord& association) {
  std::vector<CapturedAccount> accounts = accounts_of(transaction, store);
  if (association.behaviour == Behaviour::all) {
    const auto is_system = [](const CapturedAccount& account) { return account.number == kSystemAccount; };
    if (std::ranges::none_of(accounts, is_system)) {
      accounts.insert(accounts.begin(), {.number = kSystemAccount, .name = "", .uid = {}, .sid = {}});
    }
    return accounts;
  }
  const std::vector<std::string> wanted = association_accounts(transaction, association.id);
  std::erase_if(accounts, [&](const CapturedAccount& account) {
    return account.number == kSystemAccount ||
           std::ranges::none_of(wanted, [&](const std::string& name) { return means_account(name, account); });
  });
  if (accounts.empty()) {
    throw Error(ErrorCode::refused, "store " + store + " has none of the accounts that association " + association.id +
                                        " names: " + join_and(wanted));
  }
  return accounts;
}

}  // namespace rehome::site
