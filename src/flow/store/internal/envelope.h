// SPDX-License-Identifier: Apache-2.0
#pragma once
// Puts a piece of a store into its envelope and takes it out again: AES-256-GCM where the vault has a key, a truncated
// SHA-256 where it has none. Either way the piece comes with 16 bytes that bind it to its place; whoever opens it under
// another counter or other associated bytes gets Error(corrupt). One object per thread.

#include <cstdint>
#include <memory>

#include "base/codec/seal.h"
#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome::store {

class Envelope {
 public:
  static constexpr std::size_t kOverhead = 16;

  /// An empty key means that the vault is not encrypted. A key seals each counter once only.
  explicit Envelope(const Secret& key);
  ~Envelope();
  Envelope(Envelope&&) noexcept;
  Envelope& operator=(Envelope&&) noexcept;

  Bytes seal(std::uint64_t counter, ByteView associated, ByteView plain);
  Bytes open(std::uint64_t counter, ByteView associated, ByteView sealed);

 private:
  std::unique_ptr<Sealer> sealer_;  // null: hashed only
};

}  // namespace rehome::store
