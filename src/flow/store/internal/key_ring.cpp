// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/key_ring.h"

#include <string>
#include <utility>

#include "base/codec/derive.h"
#include "base/core/error.h"

namespace rehome::store {

KeyRing KeyRing::unencrypted(const VaultId& vault) {
  KeyRing ring(vault, false);
  ring.vault_key_ = Secret(vault.bytes);
  return ring;
}

KeyRing KeyRing::of_vault(const VaultId& vault, Secret vault_key) {
  KeyRing ring(vault, true);
  ring.vault_key_ = std::move(vault_key);
  return ring;
}

KeyRing KeyRing::of_accounts(const VaultId& vault, std::map<AccountNumber, Secret> account_keys) {
  KeyRing ring(vault, true);
  ring.account_keys_ = std::move(account_keys);
  return ring;
}

bool KeyRing::opens(AccountNumber account) const { return opens_all() || account_keys_.contains(account); }

std::vector<AccountNumber> KeyRing::accounts() const {
  std::vector<AccountNumber> numbers;
  for (const auto& [number, key] : account_keys_) numbers.push_back(number);
  return numbers;
}

Secret KeyRing::account_key(AccountNumber account) const {
  if (vault_key_) {
    Bytes info;
    ByteWriter out(info);
    out.bytes(as_bytes("rehome account"));
    out.u32(account);
    return derive_key(*vault_key_, vault_.bytes, info);
  }
  const auto found = account_keys_.find(account);
  if (found == account_keys_.end()) {
    throw Error(ErrorCode::wrong_key, "the key given does not open account " + std::to_string(account));
  }
  return found->second.clone();
}

Secret KeyRing::chunk_id_key(AccountNumber account) const {
  return derive_key(account_key(account), {}, as_bytes("rehome chunk ids"));
}

Secret KeyRing::chunker_key(AccountNumber account) const {
  return derive_key(account_key(account), {}, as_bytes("rehome chunk cuts"));
}

Secret KeyRing::pack_key(AccountNumber account, ByteView salt) const {
  return encrypted_ ? derive_key(account_key(account), salt, as_bytes("rehome pack")) : Secret();
}

Secret KeyRing::catalog_key(AccountNumber account, const CaptureId& capture) const {
  return encrypted_ ? derive_key(account_key(account), capture.bytes, as_bytes("rehome catalog")) : Secret();
}

}  // namespace rehome::store
