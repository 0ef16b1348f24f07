// SPDX-License-Identifier: Apache-2.0
#pragma once
// Puts one pack together. In: compressed and sealed frames, in any order. Out: the bytes of the pack. Not for use from
// several threads at once.

#include <vector>

#include "base/codec/compress.h"
#include "flow/store/internal/pack_format.h"

namespace rehome::store {

struct SealedFrame {
  Bytes sealed;
  std::uint32_t raw = 0;
  bool compressed = false;
};

/// Compresses (unless that saves nothing) and seals one frame.
SealedFrame seal_frame(const PackCipher& cipher, Compressor& compressor, std::uint32_t number, ByteView raw);

class PackBuilder {
 public:
  explicit PackBuilder(PackPlace place, const PackSalt& salt) : label_{place, salt} {}

  void add(std::uint32_t number, SealedFrame frame);
  std::size_t frames_added() const { return added_; }

  /// Every number below the highest added must have been added.
  Bytes finish(const PackCipher& cipher, const std::vector<ChunkEntry>& chunks);

 private:
  PackLabel label_;
  std::vector<SealedFrame> frames_;
  std::size_t added_ = 0;
};

}  // namespace rehome::store
