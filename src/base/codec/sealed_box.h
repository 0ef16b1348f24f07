// SPDX-License-Identifier: Apache-2.0
#pragma once
// Public-key wrapping (libsodium's sealed box: X25519, XSalsa20-Poly1305): anybody with the public key can close the
// box, only the holder of the secret key can open it. For the recovery key slot.

#include <array>
#include <cstdint>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

using PublicKey = std::array<std::uint8_t, 32>;

struct KeyPair {
  PublicKey public_key{};
  Secret secret_key;  // 32 bytes
};

KeyPair make_key_pair();
/// The public half that belongs to a secret key. Throws Error(invalid_argument) unless it has 32 bytes.
PublicKey public_key_of(const Secret& secret_key);

Bytes close_box(const PublicKey& recipient, ByteView plain);
/// Throws Error(wrong_key) when the box is not for this key or was changed.
Secret open_box(const Secret& secret_key, ByteView box);

}  // namespace rehome
