// SPDX-License-Identifier: Apache-2.0
#pragma once
// AES-256-GCM (NIST SP 800-38D). The 96-bit nonce is the counter in eight bytes, little-endian, then four zero bytes. A
// key seals each counter value once at most: the caller makes a fresh key for every pack. One object per thread.
// Messages and associated data above 1 GiB throw Error(limit_exceeded).

#include <cstdint>
#include <memory>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

class Sealer {
 public:
  static constexpr std::size_t kKeySize = 32;
  static constexpr std::size_t kTagSize = 16;

  explicit Sealer(const Secret& key);  // kKeySize bytes
  ~Sealer();
  Sealer(const Sealer&) = delete;
  Sealer& operator=(const Sealer&) = delete;

  /// Ciphertext followed by the tag: plain.size() + kTagSize bytes. `associated` is authenticated, not stored.
  Bytes seal(std::uint64_t counter, ByteView associated, ByteView plain);
  /// The plain bytes; throws Error(corrupt) when key, counter, associated data or any sealed byte is not the same.
  Bytes open(std::uint64_t counter, ByteView associated, ByteView sealed);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rehome
