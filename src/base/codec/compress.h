// SPDX-License-Identifier: Apache-2.0
#pragma once
// Zstandard (RFC 8878), a buffer of at most 1 GiB at a time. Objects keep their working memory: one per thread.

#include <memory>
#include <optional>

#include "base/core/bytes.h"

namespace rehome {

class Compressor {
 public:
  /// `level` as in zstd, 1..19.
  explicit Compressor(int level);
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  /// nullopt when the result would save less than about 3 %: the caller stores the bytes as they are. A sample is
  /// looked at first, so incompressible data costs little.
  std::optional<Bytes> compress(ByteView bytes);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  int level_;
};

class Decompressor {
 public:
  Decompressor();
  ~Decompressor();
  Decompressor(const Decompressor&) = delete;
  Decompressor& operator=(const Decompressor&) = delete;

  /// Takes one frame that states its content size, as compress() writes it. Exactly `size` bytes come out, or
  /// Error(corrupt); no more than that is ever allocated, and nothing for a size that so few bytes cannot yield.
  Bytes decompress(ByteView compressed, std::size_t size);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

}  // namespace rehome
