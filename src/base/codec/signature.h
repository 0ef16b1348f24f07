// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ed25519 signatures (RFC 8032) by libsodium: who holds the secret key said exactly these bytes. Any thread may call.

#include <array>
#include <cstdint>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

using Signature = std::array<std::uint8_t, 64>;

/// The public half. A type of its own, so that it is never taken for a key that seals boxes.
struct SignerKey {
  std::array<std::uint8_t, 32> bytes{};
  bool operator==(const SignerKey&) const = default;
};

struct SigningKeyPair {
  SignerKey signer;
  Secret secret_key;  // 32 bytes, the seed
};

SigningKeyPair make_signing_key_pair();
/// The public half of a secret key. Throws Error(invalid_argument) unless it has 32 bytes.
SignerKey signer_of(const Secret& secret_key);

/// Throws Error(invalid_argument) unless the key has 32 bytes.
Signature sign(const Secret& secret_key, ByteView message);
bool is_signed_by(const SignerKey& signer, ByteView message, const Signature& signature);

}  // namespace rehome
