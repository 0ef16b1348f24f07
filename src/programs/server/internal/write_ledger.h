// SPDX-License-Identifier: Apache-2.0
#pragma once
// What captures write, as the server counts it: each blob before its first byte is stored, also those that come at the
// same time. Holds the computer's quota, and the reservation of the lease: what goes beyond it must first be reserved
// too. The records hear of it now and then, and at the end. Any thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/locked.h"
#include "site/blob_access.h"
#include "site/vault_folders.h"

namespace rehome::server {

class WriteLedger {
  struct Account;

 public:
  WriteLedger(const site::Site& site, site::VaultFolders& folders) : site_(site), folders_(folders) {}

  /// One blob that is being written. Unless it is kept, it counts no longer when this ends.
  class Writing {
   public:
    Writing(WriteLedger& ledger, std::shared_ptr<Account> account, std::uint64_t size)
        : ledger_(ledger), account_(std::move(account)), size_(size) {}
    ~Writing();
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    void keep();

   private:
    WriteLedger& ledger_;
    std::shared_ptr<Account> account_;
    std::uint64_t size_;
    bool is_kept_ = false;
  };

  /// Error(no_space) where the quota is used up, or the folder has no room beyond what was reserved.
  std::unique_ptr<Writing> begin(const site::BlobGrant& grant, std::uint64_t size);
  /// What the quota still lets in; nullopt without one.
  std::optional<std::uint64_t> quota_left(const site::BlobGrant& grant);
  /// The lease was released.
  void forget(const std::string& lease) { accounts_.lock()->erase(lease); }
  /// Tells the records what they have not heard of yet.
  void note_all();

 private:
  using ByLease = std::map<std::string, std::shared_ptr<Account>, std::less<>>;
  std::shared_ptr<Account> account_of(const site::BlobGrant& grant);
  void reserve(Account& account, std::uint64_t size);
  void note(Account& account);

  const site::Site& site_;
  site::VaultFolders& folders_;
  Locked<ByLease> accounts_;
};

}  // namespace rehome::server
