// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys from keys (HKDF-SHA-256, RFC 5869) and keys from passphrases (Argon2id, RFC 9106).

#include <cstdint>
#include <string_view>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

/// 32 bytes. `info` says what the key is for, so no two uses share one.
Secret derive_key(const Secret& key, ByteView salt, ByteView info);

struct Argon2Parameters {
  std::uint32_t passes = 3;
  std::uint32_t memory_kib = 256 * 1024;
  bool operator==(const Argon2Parameters&) const = default;
};
constexpr std::size_t kArgon2SaltSize = 16;

/// 32 bytes. Parameters read from a store are hostile: more than 1 GiB or 16 passes throws Error(limit_exceeded).
Secret derive_key_from_passphrase(const Secret& passphrase, ByteView salt, Argon2Parameters parameters);

}  // namespace rehome
