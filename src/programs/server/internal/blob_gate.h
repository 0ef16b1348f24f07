// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who may do what with which blob, asked for every blob and answered from memory for a few seconds. In: a client and
// its lease. Out: the vault's blobs with what is allowed there, or nothing, which looks as if no such vault were. Any
// thread.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/core/locked.h"
#include "flow/store/keeper.h"
#include "programs/server/folder_vaults.h"
#include "site/administrators.h"
#include "site/blob_access.h"

namespace rehome::server {

struct BlobPass {
  site::BlobGrant grant;
  FolderVaults::Blobs blobs;
  std::optional<store::ReadPermit> permit;  // of a restore
  bool may_read_all = false;                // of an administrator who recovers

  bool may_read(std::string_view blob) const;
};

class BlobGate {
 public:
  BlobGate(const site::Site& site, FolderVaults& vaults) : site_(site), vaults_(vaults) {}

  /// Null where the client may do nothing with that vault.
  std::shared_ptr<const BlobPass> pass(const site::Client& client, const std::string& lease, const std::string& vault);
  /// Null where the administrator has no right to recover, or there is no such vault.
  std::shared_ptr<const BlobPass> recovery_pass(const site::Account& administrator, const std::string& vault);
  /// To be called before a blob is put; throws Error(refused) where the records say no.
  void note_put(const site::Client& client, const BlobPass& pass, std::string_view blob);
  /// The lease has ended.
  void forget(const std::string& lease);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::string client;
    std::string vault;
    Clock::time_point asked;
    std::shared_ptr<const BlobPass> pass;
  };
  using ByLease = std::map<std::string, Known, std::less<>>;
  static std::string name_of(const site::Client& client);
  std::shared_ptr<const BlobPass> ask(const site::Client& client, const std::string& lease, const std::string& vault);

  const site::Site& site_;
  FolderVaults& vaults_;
  Locked<ByLease> known_;
};

}  // namespace rehome::server
