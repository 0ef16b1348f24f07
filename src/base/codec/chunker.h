// SPDX-License-Identifier: Apache-2.0
#pragma once
// Content-defined chunking (a gear hash with normalised sizes, as in FastCDC, Xia et al. 2016): cuts a large file where
// its content says so, hence an insertion moves no later cut. Whether a cut lies somewhere depends on the 64 bytes
// before it and on the secret: the gear table comes from it, and a keyed SipHash of the gear hash has the last word, so
// that chunk sizes do not tell what a known file is.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

struct ChunkSizes {
  std::size_t smallest = 256 * 1024;  // at least 64, the window
  std::size_t average = 1024 * 1024;  // a power of two, at least 256; what comes out is near it
  std::size_t largest = 4 * 1024 * 1024;
};

/// Immutable after construction: any thread may use it.
class Chunker {
 public:
  /// `key`: 32 bytes.
  Chunker(const Secret& key, ChunkSizes sizes);
  /// Length of the first chunk of `bytes`: between smallest and largest, or bytes.size() where that is smaller.
  /// Give it at least `largest` bytes unless the file ends before, or the cut is not the file's own.
  std::size_t first_chunk(ByteView bytes) const;
  const ChunkSizes& sizes() const { return sizes_; }

 private:
  std::size_t find_cut(ByteView bytes, std::size_t from, std::size_t end, std::uint64_t mask,
                       std::uint64_t& hash) const;
  bool is_cut(std::uint64_t hash, std::uint64_t mask) const;

  ChunkSizes sizes_;
  std::uint64_t candidates_below_;  // a gear hash under this is asked about
  std::uint64_t mask_early_;        // bits that must be zero in its SipHash before the average size,
  std::uint64_t mask_late_;         // and after it
  std::array<std::uint8_t, 16> sip_key_;
  std::array<std::uint64_t, 256> gear_;
};

}  // namespace rehome
