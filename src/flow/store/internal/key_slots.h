// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key of a vault is random; each slot of the header holds it wrapped for one way to get it back. A site hands out
// the key itself, or keys of single accounts. In: the keys given. Out: slots when a vault is made, a key ring when one
// is opened.
//
//   passphrase    salt (16), passes (u32), memory in KiB (u32), sealed key (48)    Argon2id
//   key file      salt (32), sealed key (48)                                       HKDF-SHA-256
//   recovery key  public key (32), box (80)                                        X25519 sealed box

#include <optional>
#include <vector>

#include "base/codec/derive.h"
#include "base/codec/secret.h"
#include "base/core/random.h"
#include "flow/store/internal/header.h"
#include "flow/store/internal/key_ring.h"
#include "flow/store/vault.h"

namespace rehome::store {

/// The key for a new vault: the one given, or a random one. Throws Error(invalid_argument) for what cannot be one.
Secret new_vault_key(const Keys& keys, Random& random);

/// One slot for each of `keys` that needs one, and one for the recovery key. Throws Error(invalid_argument) for a key
/// that is too short to be one.
std::vector<KeySlot> make_slots(const Secret& vault_key, const VaultId& vault, const Keys& keys,
                                const std::optional<PublicKey>& recovery_key, Random& random);

/// Proves that the header was written by somebody with the vault key.
Digest key_check_of(const Header& header, const Secret& vault_key);

/// Throws Error(wrong_key) when none of `keys` opens the vault, Error(corrupt) when one opens a slot and the header was
/// changed all the same, Error(invalid_argument) for keys to a vault that is not encrypted. Keys of single accounts
/// cannot be tried on a header.
KeyRing unlock(const Header& header, const Keys& keys);

KeySlotInfo describe(const KeySlot& slot);

}  // namespace rehome::store
