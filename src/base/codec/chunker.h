// SPDX-License-Identifier: Apache-2.0
#pragma once
// Content-defined chunking (a gear hash, as in FastCDC, Xia et al. 2016): cuts a large file where its content says
// so, hence an insertion moves no later cut. The gear table and a final keyed mixing come from a secret, so that chunk
// sizes do not tell what a known file is.

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/codec/secret.h"
#include "base/core/bytes.h"

namespace rehome {

struct ChunkSizes {
  std::size_t smallest = 256 * 1024;
  std::size_t average = 1024 * 1024;  // a power of two
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
  ChunkSizes sizes_;
  std::uint64_t mask_early_;
  std::uint64_t mask_late_;
  std::array<std::uint64_t, 256> gear_;
};

}  // namespace rehome
