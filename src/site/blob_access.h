// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the holder of a lease may do with the blobs of a vault. The server asks once per lease and may keep the answer
// for a few seconds. A capture lease may put into its own vault and read it; a restore lease may read what one capture
// lists of some accounts (store::ReadPermit); for anybody else the vault is not there.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "site/requests.h"
#include "site/site.h"

namespace rehome::site {

struct BlobGrant {
  std::string lease = {};
  VaultPlace place = {};
  bool may_put = false;
  /// Of a restore: what it may read. Of a capture: the one that is being written, once it is known.
  std::optional<std::string> capture = {};
  std::set<std::uint32_t> accounts = {};   // of a restore
  std::optional<std::int64_t> quota = {};  // of a capture: what its vault may hold, all that lies there counted
  std::int64_t reserved = 0;               // of a capture: what is still kept free for it, as on record
  bool written = false;                    // of a capture: something was put before

  /// Whether the records must hear of this blob before it is stored: call note_put().
  bool must_note(std::string_view blob) const;
};

/// nullopt where the lease is not open, not of this client or not of this vault.
std::optional<BlobGrant> blob_grant(const Site& site, const Client& client, const std::string& lease,
                                    const std::string& vault);

/// requested → capturing, and which capture it is. Brings the grant up to date. Error(refused) for a capture of another
/// store.
void note_put(const Site& site, BlobGrant& grant, std::string_view blob);

/// What the holder of a capture lease has brought, whatever it says of itself.
struct Written {
  std::int64_t reserved_left = 0;
  std::uint64_t vault_bytes = 0;  // all that lies in the vault
};
/// For the records: what is no longer kept free, and what counts against the quota. Nothing where the lease was
/// released.
void note_written(const Site& site, const std::string& lease, const Written& written);
/// Keeps so much more free for the lease, by the rule of request_capture(): its folder keeps the minimum free space and
/// what others reserved. Error(no_space), Error(not_found) where the lease has ended.
void reserve_more(const Site& site, const std::string& lease, std::int64_t bytes);

}  // namespace rehome::site
