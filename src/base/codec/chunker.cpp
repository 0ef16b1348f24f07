// SPDX-License-Identifier: Apache-2.0
#include "base/codec/chunker.h"

#include <algorithm>
#include <bit>
#include <sodium.h>

#include "base/codec/derive.h"
#include "base/codec/hash.h"
#include "base/codec/internal/sodium.h"
#include "base/core/check.h"

namespace rehome {
namespace {

// The gear hash moves up one bit a byte, so it forgets a byte after as many as it has bits.
constexpr std::size_t kWindow = 64;

// One position in 2^10 is a candidate: rare enough that the keyed question costs nothing that can be measured.
constexpr int kCandidateBits = 10;

// How much rarer cuts are before the average size and more frequent after it (FastCDC's normalisation level 2).
constexpr int kNormalisation = 2;

std::uint64_t low_bits(int count) { return (std::uint64_t{1} << count) - 1; }

}  // namespace

Chunker::Chunker(const Secret& key, ChunkSizes sizes) : sizes_(sizes) {
  check(key.size() == 32, "a chunking key must have 32 bytes");
  check(kWindow <= sizes.smallest && sizes.smallest <= sizes.average && sizes.average <= sizes.largest &&
            std::has_single_bit(sizes.average) && sizes.average >= 256,
        "chunk sizes must rise, with a power of two as the average");
  require_sodium();
  const int average_bits = std::countr_zero(sizes.average);
  const int late_bits = average_bits - kNormalisation;
  const int candidate_bits = std::min(kCandidateBits, late_bits);
  candidates_below_ = std::uint64_t{1} << (64 - candidate_bits);
  mask_early_ = low_bits(average_bits + kNormalisation - candidate_bits);
  mask_late_ = low_bits(late_bits - candidate_bits);

  // The table is HMAC in counter mode: four entries from each of 64 messages, and the SipHash key from one more.
  KeyedHash generator(derive_key(key, {}, as_bytes("rehome chunking")).view());
  const auto block = [&generator](std::uint8_t number) { return generator.of(ByteView(&number, 1)); };
  for (std::size_t i = 0; i < gear_.size(); i += 4) {
    const Digest digest = block(static_cast<std::uint8_t>(i / 4));
    ByteReader reader(digest, "the gear table");
    for (std::size_t j = 0; j < 4; ++j) gear_[i + j] = reader.u64();
  }
  std::copy_n(block(64).begin(), sip_key_.size(), sip_key_.begin());
}

bool Chunker::is_cut(std::uint64_t hash, std::uint64_t mask) const {
  static_assert(crypto_shorthash_BYTES == 8 && crypto_shorthash_KEYBYTES == 16);
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(hash >> (8 * i));
  std::array<std::uint8_t, 8> mixed;
  crypto_shorthash(mixed.data(), bytes.data(), bytes.size(), sip_key_.data());
  return (ByteReader(mixed, "SipHash").u64() & mask) == 0;
}

/// Takes in the bytes from `from` up to `end`; the length before the first cut found, or `end`.
std::size_t Chunker::find_cut(ByteView bytes, std::size_t from, std::size_t end, std::uint64_t mask,
                              std::uint64_t& hash) const {
  std::uint64_t rolling = hash;
  for (std::size_t i = from; i < end; ++i) {
    rolling = (rolling << 1) + gear_[bytes[i]];
    if (rolling < candidates_below_ && is_cut(rolling, mask)) [[unlikely]] {
      return i + 1;
    }
  }
  hash = rolling;
  return end;
}

std::size_t Chunker::first_chunk(ByteView bytes) const {
  const std::size_t end = std::min(bytes.size(), sizes_.largest);
  if (end <= sizes_.smallest) return end;
  std::uint64_t hash = 0;
  for (std::size_t i = sizes_.smallest - kWindow; i < sizes_.smallest - 1; ++i) hash = (hash << 1) + gear_[bytes[i]];
  const std::size_t turn = std::min(end, sizes_.average);
  const std::size_t early = find_cut(bytes, sizes_.smallest - 1, turn, mask_early_, hash);
  if (early < turn || turn == end) return early;
  return find_cut(bytes, turn, end, mask_late_, hash);
}

}  // namespace rehome
