// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/write_ledger.h"

#include <algorithm>
#include <vector>

#include "base/core/error.h"

namespace rehome::server {
namespace {

/// The records hear of every so many bytes, and as much is reserved at a time.
constexpr std::uint64_t kStep = std::uint64_t{64} << 20;
constexpr std::size_t kMostKnown = 5000;

}  // namespace

/// Of one lease. Everything under its mutex but the lease.
struct WriteLedger::Account {
  explicit Account(std::string of) : lease(std::move(of)) {}

  const std::string lease;
  std::mutex mutex;
  bool is_counted = false;
  std::uint64_t in_vault = 0;   // with what is being written
  std::uint64_t reserved = 0;   // with what is being written, as far as it goes
  std::uint64_t in_flight = 0;  // being written
  std::uint64_t unnoted = 0;    // written, and not on record yet
};

WriteLedger::Writing::~Writing() {
  if (is_kept_) return;
  const std::scoped_lock lock(account_->mutex);
  account_->in_vault -= size_;
  account_->in_flight -= size_;
}

void WriteLedger::Writing::keep() {
  is_kept_ = true;
  const std::scoped_lock lock(account_->mutex);
  account_->in_flight -= size_;
  account_->reserved -= std::min(account_->reserved, size_);
  account_->unnoted += size_;
  if (account_->unnoted < kStep) return;
  try {
    ledger_.note(*account_);
  } catch (const Error&) {
    // The blob is there: the records hear of it with the next one, or from the housekeeping.
  }
}

std::unique_ptr<WriteLedger::Writing> WriteLedger::begin(const site::BlobGrant& grant, std::uint64_t size) {
  const std::shared_ptr<Account> account = account_of(grant);
  const std::scoped_lock lock(account->mutex);
  if (grant.quota && account->in_vault + size > static_cast<std::uint64_t>(*grant.quota)) {
    throw Error(ErrorCode::no_space, "the quota of this computer is used up: an administrator can raise it");
  }
  reserve(*account, size);
  account->in_vault += size;
  account->in_flight += size;
  return std::make_unique<Writing>(*this, account, size);
}

std::optional<std::uint64_t> WriteLedger::quota_left(const site::BlobGrant& grant) {
  if (!grant.quota) return std::nullopt;
  const std::shared_ptr<Account> account = account_of(grant);
  const std::scoped_lock lock(account->mutex);
  const auto quota = static_cast<std::uint64_t>(*grant.quota);
  return quota - std::min(quota, account->in_vault);
}

void WriteLedger::note_all() {
  std::vector<std::shared_ptr<Account>> all;
  for (const auto& [lease, account] : *accounts_.lock()) all.push_back(account);
  for (const std::shared_ptr<Account>& account : all) {
    const std::scoped_lock lock(account->mutex);
    if (account->unnoted > 0) note(*account);
  }
}

/// What lies there is counted once for each lease, and whenever the server was started anew.
std::shared_ptr<WriteLedger::Account> WriteLedger::account_of(const site::BlobGrant& grant) {
  std::shared_ptr<Account> account;
  {
    auto accounts = accounts_.lock();
    if (accounts->size() >= kMostKnown)
      std::erase_if(*accounts, [](const auto& one) { return one.second.use_count() == 1; });
    std::shared_ptr<Account>& found = (*accounts)[grant.lease];
    if (found == nullptr) found = std::make_shared<Account>(grant.lease);
    account = found;
  }
  const std::scoped_lock lock(account->mutex);
  if (account->is_counted) return account;
  account->in_vault = folders_.used_bytes(grant.place);
  account->reserved = static_cast<std::uint64_t>(std::max<std::int64_t>(grant.reserved, 0));
  account->is_counted = true;
  return account;
}

void WriteLedger::reserve(Account& account, std::uint64_t size) {
  const std::uint64_t wanted = account.in_flight + size;
  if (wanted <= account.reserved) return;
  const std::uint64_t lacking = wanted - account.reserved;
  note(account);  // so that nothing is counted twice
  std::uint64_t more = std::max(lacking, kStep);
  try {
    site::reserve_more(site_, account.lease, static_cast<std::int64_t>(more));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_space || more == lacking) throw;
    more = lacking;
    site::reserve_more(site_, account.lease, static_cast<std::int64_t>(more));
  }
  account.reserved += more;
}

void WriteLedger::note(Account& account) {
  site::note_written(site_, account.lease,
                     {.reserved_left = static_cast<std::int64_t>(account.reserved),
                      .vault_bytes = account.in_vault - account.in_flight});
  account.unnoted = 0;
}

}  // namespace rehome::server
