// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/key_slots.h"

#include <map>
#include <span>
#include <string>
#include <utility>

#include "base/codec/hash.h"
#include "base/codec/seal.h"
#include "base/codec/sealed_box.h"
#include "base/core/error.h"
#include "flow/store/internal/envelope.h"

namespace rehome::store {

namespace {

constexpr std::size_t kKeyFileSaltSize = 32;
constexpr std::size_t kLeastKeyFile = 16;
constexpr std::string_view kWhat = "a key slot of the store";
constexpr std::string_view kVaultKey = "the vault key";

/// A wrapped key opens in the slot and vault it was made for only.
Bytes binding(const VaultId& vault, SlotType type) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.bytes(as_bytes("rehome key slot"));
  out.bytes(vault.bytes);
  out.u8(static_cast<std::uint8_t>(type));
  return bytes;
}

Bytes wrap(const Secret& wrapping_key, const VaultId& vault, SlotType type, const Secret& vault_key) {
  return Envelope(wrapping_key).seal(0, binding(vault, type), vault_key.view());
}

std::optional<Secret> unwrap(const Secret& wrapping_key, const VaultId& vault, SlotType type, ByteView wrapped) {
  try {
    return Secret(Envelope(wrapping_key).open(0, binding(vault, type), wrapped));
  } catch (const Error& error) {
    if (error.code() == ErrorCode::corrupt) return std::nullopt;  // simply another key
    throw;
  }
}

Secret key_of_file(const Secret& file, ByteView salt) { return derive_key(file, salt, as_bytes("rehome key file")); }

KeySlot passphrase_slot(const Secret& vault_key, const VaultId& vault, const Secret& passphrase, Random& random) {
  if (passphrase.empty()) throw Error(ErrorCode::invalid_argument, "the passphrase is empty");
  const Argon2Parameters parameters;
  Bytes salt(kArgon2SaltSize);
  random.fill(salt);
  KeySlot slot{SlotType::passphrase, {}};
  ByteWriter out(slot.payload);
  out.bytes(salt);
  out.u32(parameters.passes);
  out.u32(parameters.memory_kib);
  out.bytes(wrap(derive_key_from_passphrase(passphrase, salt, parameters), vault, slot.type, vault_key));
  return slot;
}

KeySlot key_file_slot(const Secret& vault_key, const VaultId& vault, const Secret& file, Random& random) {
  if (file.size() < kLeastKeyFile) {
    throw Error(ErrorCode::invalid_argument, "the key file is shorter than 16 bytes: make one of 32 random bytes");
  }
  Bytes salt(kKeyFileSaltSize);
  random.fill(salt);
  KeySlot slot{SlotType::key_file, {}};
  ByteWriter out(slot.payload);
  out.bytes(salt);
  out.bytes(wrap(key_of_file(file, salt), vault, slot.type, vault_key));
  return slot;
}

KeySlot recovery_slot(const Secret& vault_key, const PublicKey& recipient) {
  KeySlot slot{SlotType::recovery_key, {}};
  ByteWriter out(slot.payload);
  out.bytes(recipient);
  out.bytes(close_box(recipient, vault_key.view()));
  return slot;
}

std::optional<Secret> open_passphrase_slot(const KeySlot& slot, const VaultId& vault, const Secret& passphrase) {
  ByteReader in(slot.payload, kWhat);
  const ByteView salt = in.bytes(kArgon2SaltSize);
  Argon2Parameters parameters;
  parameters.passes = in.u32();
  parameters.memory_kib = in.u32();
  const Secret wrapping_key = derive_key_from_passphrase(passphrase, salt, parameters);
  return unwrap(wrapping_key, vault, slot.type, in.bytes(in.remaining()));
}

std::optional<Secret> open_key_file_slot(const KeySlot& slot, const VaultId& vault, const Secret& file) {
  ByteReader in(slot.payload, kWhat);
  const ByteView salt = in.bytes(kKeyFileSaltSize);
  return unwrap(key_of_file(file, salt), vault, slot.type, in.bytes(in.remaining()));
}

std::optional<Secret> open_recovery_slot(const KeySlot& slot, const Secret& secret_key) {
  ByteReader in(slot.payload, kWhat);
  const ByteView recipient = in.bytes(sizeof(PublicKey));
  const PublicKey ours = public_key_of(secret_key);
  if (!equal_in_constant_time(recipient, ours)) return std::nullopt;
  return open_box(secret_key, in.bytes(in.remaining()));
}

std::optional<Secret> open_slot(const KeySlot& slot, const VaultId& vault, const Keys& keys) {
  if (slot.type == SlotType::key_file && keys.key_file) return open_key_file_slot(slot, vault, *keys.key_file);
  if (slot.type == SlotType::recovery_key && keys.recovery_secret) {
    return open_recovery_slot(slot, *keys.recovery_secret);
  }
  if (slot.type == SlotType::passphrase && keys.passphrase) return open_passphrase_slot(slot, vault, *keys.passphrase);
  return std::nullopt;
}

void check_size(const Secret& key, std::string_view what) {
  if (key.size() == Sealer::kKeySize) return;
  throw Error(ErrorCode::invalid_argument,
              std::string(what) + " has " + std::to_string(key.size()) + " bytes instead of 32");
}

bool fits(const Header& header, const Secret& vault_key) {
  return vault_key.size() == Sealer::kKeySize &&
         equal_in_constant_time(key_check_of(header, vault_key), header.key_check);
}

Secret checked_vault_key(const Header& header, const Secret& given) {
  check_size(given, kVaultKey);
  if (fits(header, given)) return given.clone();
  throw Error(ErrorCode::wrong_key,
              "the vault key given is not that of the store, or the header of the store was changed");
}

Secret vault_key_of(const Header& header, const Keys& keys) {
  if (keys.empty()) throw Error(ErrorCode::wrong_key, "the store is encrypted and no key was given");
  if (keys.vault_key) return checked_vault_key(header, *keys.vault_key);
  for (const KeySlot& slot : header.slots) {
    std::optional<Secret> vault_key = open_slot(slot, header.vault, keys);
    if (!vault_key) continue;
    if (fits(header, *vault_key)) return std::move(*vault_key);
    throw Error(ErrorCode::corrupt, "the header of the store was changed by somebody who does not have its key");
  }
  throw Error(ErrorCode::wrong_key, "none of the keys given opens the store");
}

}  // namespace

Secret new_vault_key(const Keys& keys, Random& random) {
  if (!keys.account_keys.empty()) {
    throw Error(ErrorCode::invalid_argument, "a store cannot be made with keys of single accounts");
  }
  if (keys.vault_key) {
    check_size(*keys.vault_key, kVaultKey);
    return keys.vault_key->clone();
  }
  Secret vault_key(Sealer::kKeySize);
  random.fill(vault_key.mutable_view());
  return vault_key;
}

std::vector<KeySlot> make_slots(const Secret& vault_key, const VaultId& vault, const Keys& keys,
                                const std::optional<PublicKey>& recovery_key, Random& random) {
  std::vector<KeySlot> slots;
  if (keys.passphrase) slots.push_back(passphrase_slot(vault_key, vault, *keys.passphrase, random));
  if (keys.key_file) slots.push_back(key_file_slot(vault_key, vault, *keys.key_file, random));
  if (recovery_key) slots.push_back(recovery_slot(vault_key, *recovery_key));
  return slots;
}

Digest key_check_of(const Header& header, const Secret& vault_key) {
  const Secret key = derive_key(vault_key, header.vault.bytes, as_bytes("rehome header"));
  return hmac_sha256(key.view(), header_parameters(header));
}

KeyRing unlock(const Header& header, const Keys& keys) {
  if (!header.encrypted) {
    if (keys.empty()) return KeyRing::unencrypted(header.vault);
    // Somebody may have put a store of their own in place of the encrypted one.
    throw Error(ErrorCode::invalid_argument,
                "a key was given but the store is not encrypted: leave out the key if that is what it should be");
  }
  if (keys.account_keys.empty()) return KeyRing::of_vault(header.vault, vault_key_of(header, keys));
  if (keys.opens_all()) {
    throw Error(ErrorCode::invalid_argument, "keys of single accounts and a key of the whole store were given");
  }
  std::map<AccountNumber, Secret> accounts;
  for (const auto& [number, key] : keys.account_keys) {
    check_size(key, "the key of account " + std::to_string(number));
    accounts.emplace(number, key.clone());
  }
  return KeyRing::of_accounts(header.vault, std::move(accounts));
}

std::map<AccountNumber, Secret> account_keys(const std::string& vault_id, const Secret& vault_key,
                                             std::span<const AccountNumber> numbers) {
  check_size(vault_key, kVaultKey);
  const KeyRing ring = KeyRing::of_vault(id_of_text<VaultId>(vault_id, "vault"), vault_key.clone());
  std::map<AccountNumber, Secret> keys;
  for (const AccountNumber number : numbers) keys.emplace(number, ring.account_key(number));
  return keys;
}

std::string recovery_label(const PublicKey& recovery_key) { return rehome::to_hex(recovery_key).substr(0, 16); }

KeySlotInfo describe(const KeySlot& slot) {
  switch (slot.type) {
    case SlotType::passphrase:
      return {"passphrase", ""};
    case SlotType::key_file:
      return {"key file", ""};
    case SlotType::recovery_key:
      return {"recovery key", rehome::to_hex(slot.payload).substr(0, 16)};
  }
  return {"unknown", ""};
}

}  // namespace rehome::store
