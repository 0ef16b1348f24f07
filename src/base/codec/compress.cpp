// SPDX-License-Identifier: Apache-2.0
#include "base/codec/compress.h"

#include <algorithm>
#include <array>
#include <new>
#include <string>
#include <zstd.h>
#include <zstd_errors.h>

#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::size_t kSampleSize = 4096;
constexpr std::size_t kSampleEvery = 32UL * 1024;  // one sample for so many bytes
constexpr std::size_t kSampledFrom = 64UL * 1024;  // below this, trying is as cheap as sampling
constexpr int kSampleLevel = 1;
constexpr std::size_t kLargestInput = std::size_t{1} << 30;

// A zstd block yields at most 128 KiB and takes at least 4 bytes (RFC 8878, section 3.1.1.2).
constexpr std::size_t kLargestBlock = 128UL * 1024;
constexpr std::size_t kSmallestBlock = 4;

/// The largest result worth keeping: about 3 % less than the input.
std::size_t worthwhile(std::size_t size) { return size - size / 32; }

bool is_possible(std::size_t compressed, std::size_t size) {
  return size / kLargestBlock <= compressed / kSmallestBlock;
}

[[noreturn]] void throw_corrupt() {
  throw Error(ErrorCode::corrupt, "compressed data is damaged or is not of the size it should have");
}

}  // namespace

struct Compressor::Context {
  ZSTD_CCtx* state = ZSTD_createCCtx();
  Bytes sample;
  Bytes scratch;

  Context() {
    if (state == nullptr) throw std::bad_alloc();
  }
  ~Context() { ZSTD_freeCCtx(state); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  /// Compressed into `scratch`; the size of it, or nothing where that would not be worth keeping.
  std::optional<std::size_t> compress_into_scratch(ByteView bytes, int level);
  bool looks_compressible(ByteView bytes);
};

std::optional<std::size_t> Compressor::Context::compress_into_scratch(ByteView bytes, int level) {
  const std::size_t room = worthwhile(bytes.size());
  if (scratch.size() < room) scratch.resize(room);
  const std::size_t written = ZSTD_compressCCtx(state, scratch.data(), room, bytes.data(), bytes.size(), level);
  if (!ZSTD_isError(written)) return written;
  if (ZSTD_getErrorCode(written) == ZSTD_error_memory_allocation) throw std::bad_alloc();
  check(ZSTD_getErrorCode(written) == ZSTD_error_dstSize_tooSmall, "zstd fails for want of room only");
  return std::nullopt;
}

bool Compressor::Context::looks_compressible(ByteView bytes) {
  const std::size_t count = std::max<std::size_t>(4, bytes.size() / kSampleEvery);
  const std::size_t stride = (bytes.size() - kSampleSize) / (count - 1);
  sample.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const ByteView piece = bytes.subspan(i * stride, kSampleSize);
    sample.insert(sample.end(), piece.begin(), piece.end());
  }
  return compress_into_scratch(sample, kSampleLevel).has_value();
}

Compressor::Compressor(int level) : context_(std::make_unique<Context>()), level_(level) {
  check(level >= 1 && level <= 19, "a compression level is 1 to 19");
}

Compressor::~Compressor() = default;

std::optional<Bytes> Compressor::compress(ByteView bytes) {
  if (bytes.size() > kLargestInput) {
    throw Error(ErrorCode::limit_exceeded, "a buffer to compress is larger than 1 GiB");
  }
  if (bytes.size() >= kSampledFrom && !context_->looks_compressible(bytes)) return std::nullopt;
  const std::optional<std::size_t> written = context_->compress_into_scratch(bytes, level_);
  if (!written) return std::nullopt;
  return Bytes(context_->scratch.data(), context_->scratch.data() + *written);
}

struct Decompressor::Context {
  ZSTD_DCtx* state = ZSTD_createDCtx();

  Context() {
    if (state == nullptr) throw std::bad_alloc();
  }
  ~Context() { ZSTD_freeDCtx(state); }
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;
};

Decompressor::Decompressor() : context_(std::make_unique<Context>()) {}

Decompressor::~Decompressor() = default;

Bytes Decompressor::decompress(ByteView compressed, std::size_t size) {
  // All that can be known beforehand is looked at before memory is taken for a size that a store claims.
  const bool plausible = ZSTD_getFrameContentSize(compressed.data(), compressed.size()) == size &&
                         ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) == compressed.size() &&
                         is_possible(compressed.size(), size);
  if (!plausible) throw_corrupt();
  Bytes plain(size);
  const std::size_t written =
      ZSTD_decompressDCtx(context_->state, plain.data(), plain.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(written) || written != size) throw_corrupt();
  return plain;
}

}  // namespace rehome
