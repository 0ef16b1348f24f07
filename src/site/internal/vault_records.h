// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of vaults inside a transaction, and the keys in them. Each time a key leaves the records, it leaves through
// here and is in the audit log.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "base/database/database.h"
#include "site/requests.h"

namespace rehome::site {

struct VaultRecord {
  std::string id = {}, computer = {}, folder = {}, folder_path = {};
  bool exposed = false;  // its key went to somebody but its source
  bool removed = false;
  VaultPlace place() const { return {.folder = folder_path, .vault = id, .folder_id = folder}; }
};

/// Error(not_found).
VaultRecord vault_record(Transaction& transaction, const std::string& id);
/// The newest of a computer that is not removed and that it reached in the same way.
std::optional<VaultRecord> newest_vault(Transaction& transaction, const Client& client);
/// With a new key, in the next epoch of its computer.
VaultRecord add_vault(const Site& site, Transaction& transaction, const Client& client, const std::string& folder);
/// Something lies in it although it has no store that is not deleted (left_over.h): no capture goes into it any more.
bool has_left_over(Transaction& transaction, const std::string& vault);
void set_used_bytes(Transaction& transaction, const std::string& vault, std::uint64_t bytes);
/// Of all vaults of a computer.
std::int64_t used_bytes_of(Transaction& transaction, const std::string& computer);
/// Its folder is gone from disk: its key goes too.
void mark_vault_removed(const Site& site, Transaction& transaction, const std::string& vault);

/// Who gets a key, and why.
struct KeyHandOut {
  std::string_view who;
  std::string_view what;     // "key to source"
  std::string_view subject;  // store
  std::string why = {};
  bool to_source = false;
};
/// Error(not_found) where the vault was removed.
Secret hand_out_vault_key(const Site& site, Transaction& transaction, const std::string& vault,
                          const KeyHandOut& hand_out);
std::vector<AccountKey> hand_out_account_keys(const Site& site, Transaction& transaction, const std::string& vault,
                                              const KeyHandOut& hand_out, const std::vector<CapturedAccount>& accounts);

}  // namespace rehome::site
