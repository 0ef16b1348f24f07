// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/envelope.h"

#include "base/codec/hash.h"
#include "base/core/error.h"

namespace rehome::store {

namespace {

/// Lengths go in before what they measure, so no two different inputs hash the same bytes.
Digest digest_of(std::uint64_t counter, ByteView associated, ByteView plain) {
  Bytes prefix;
  ByteWriter out(prefix);
  out.u64(counter);
  out.u64(associated.size());
  out.bytes(associated);
  Sha256 hash;
  hash.update(prefix);
  hash.update(plain);
  return hash.finish();
}

ByteView truncated(const Digest& digest) { return ByteView(digest).first(Envelope::kOverhead); }

}  // namespace

Envelope::Envelope(const Secret& key) : sealer_(key.empty() ? nullptr : std::make_unique<Sealer>(key)) {}
Envelope::~Envelope() = default;
Envelope::Envelope(Envelope&&) noexcept = default;
Envelope& Envelope::operator=(Envelope&&) noexcept = default;

Bytes Envelope::seal(std::uint64_t counter, ByteView associated, ByteView plain) {
  if (sealer_) return sealer_->seal(counter, associated, plain);
  const Digest digest = digest_of(counter, associated, plain);
  Bytes sealed;
  sealed.reserve(plain.size() + kOverhead);
  ByteWriter out(sealed);
  out.bytes(plain);
  out.bytes(truncated(digest));
  return sealed;
}

Bytes Envelope::open(std::uint64_t counter, ByteView associated, ByteView sealed) {
  if (sealer_) return sealer_->open(counter, associated, sealed);
  if (sealed.size() < kOverhead) throw Error(ErrorCode::corrupt, "a piece of the store is shorter than its checksum");
  const ByteView plain = sealed.first(sealed.size() - kOverhead);
  if (!equal_in_constant_time(truncated(digest_of(counter, associated, plain)), sealed.last(kOverhead))) {
    throw Error(ErrorCode::corrupt, "a piece of the store was changed, or is not what belongs here");
  }
  return Bytes(plain.begin(), plain.end());
}

}  // namespace rehome::store
