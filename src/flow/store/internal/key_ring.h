// SPDX-License-Identifier: Apache-2.0
#pragma once
// The keys of a vault's accounts, as far as this process has them: all of them from the vault key, or a few that
// somebody who may restore only some accounts was given. Everything else in the store asks here and never sees the
// vault key. Immutable: any thread may ask.

#include <map>
#include <optional>
#include <vector>

#include "base/codec/secret.h"
#include "flow/store/internal/ids.h"
#include "model/location.h"

namespace rehome::store {

class KeyRing {
 public:
  /// A vault without encryption: chunk ids and cuts are keyed with what anybody can know.
  static KeyRing unencrypted(const VaultId& vault);
  static KeyRing of_vault(const VaultId& vault, Secret vault_key);
  static KeyRing of_accounts(const VaultId& vault, std::map<AccountNumber, Secret> account_keys);

  bool opens(AccountNumber account) const;
  bool opens_all() const { return vault_key_.has_value(); }
  /// Those that keys were given for, ascending; none where the ring opens all.
  std::vector<AccountNumber> accounts() const;
  /// The account's own key, to be handed to who may restore just this account. Throws Error(wrong_key) where it is not
  /// on the ring.
  Secret account_key(AccountNumber account) const;

  /// Keys of single uses, all derived from the account key. Those that seal are empty where nothing is encrypted.
  Secret chunk_id_key(AccountNumber account) const;
  Secret chunker_key(AccountNumber account) const;
  Secret pack_key(AccountNumber account, ByteView salt) const;
  Secret catalog_key(AccountNumber account, const CaptureId& capture) const;

 private:
  KeyRing(const VaultId& vault, bool encrypted) : vault_(vault), encrypted_(encrypted) {}

  VaultId vault_;
  bool encrypted_;
  std::optional<Secret> vault_key_;
  std::map<AccountNumber, Secret> account_keys_;
};

}  // namespace rehome::store
