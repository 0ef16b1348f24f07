// SPDX-License-Identifier: Apache-2.0
#pragma once
// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104). One object per thread.

#include <array>
#include <cstdint>
#include <memory>

#include "base/core/bytes.h"

namespace rehome {

using Digest = std::array<std::uint8_t, 32>;

Digest sha256(ByteView bytes);
Digest hmac_sha256(ByteView key, ByteView bytes);

/// Equal, in a time that does not depend on where they differ.
bool equal_in_constant_time(ByteView a, ByteView b);

/// SHA-256 in pieces; ready for the next message after finish().
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(ByteView bytes);
  Digest finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// HMAC-SHA-256 with the key schedule done once: for many short messages (chunk ids).
class KeyedHash {
 public:
  explicit KeyedHash(ByteView key);
  ~KeyedHash();
  KeyedHash(const KeyedHash&) = delete;
  KeyedHash& operator=(const KeyedHash&) = delete;
  Digest of(ByteView bytes);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rehome
