// SPDX-License-Identifier: Apache-2.0
#include "base/codec/compress.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <zstd.h>

#include "base/codec/system_random.h"
#include "base/core/error.h"

namespace rehome {
namespace {

Bytes random_bytes(std::size_t size) {
  Bytes bytes(size);
  SystemRandom().fill(bytes);
  return bytes;
}

Bytes text_of_size(std::size_t size) {
  std::string text;
  while (text.size() < size) text += "line " + std::to_string(text.size()) + " of a file that compresses well\n";
  text.resize(size);
  const ByteView view = as_bytes(text);
  return {view.begin(), view.end()};
}

void expect_corrupt(ByteView compressed, std::size_t size) {
  try {
    Decompressor().decompress(compressed, size);
    ADD_FAILURE() << "it decompressed";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
  }
}

TEST(Compressor, WhatGoesInComesOut) {
  Compressor compressor(3);
  Decompressor decompressor;
  for (const std::size_t size : {100U, 64U * 1024U - 1U, 64U * 1024U, 131073U, 3000001U}) {
    const Bytes text = text_of_size(size);
    const std::optional<Bytes> compressed = compressor.compress(text);
    ASSERT_TRUE(compressed) << size;
    EXPECT_LT(compressed->size(), size);
    EXPECT_EQ(decompressor.decompress(*compressed, size), text);
  }
}

RC_GTEST_PROP(Compressor, AnyBytesComeBackOrAreLeftAlone, (Bytes bytes, std::uint8_t repeats)) {
  Bytes input;
  for (int i = 0; i <= repeats; ++i) input.insert(input.end(), bytes.begin(), bytes.end());
  const std::optional<Bytes> compressed = Compressor(1).compress(input);
  if (!compressed) return;
  RC_ASSERT(compressed->size() <= input.size() - input.size() / 32);
  RC_ASSERT(Decompressor().decompress(*compressed, input.size()) == input);
}

TEST(Compressor, LeavesIncompressibleDataAlone) {
  Compressor compressor(3);
  EXPECT_FALSE(compressor.compress({}));
  EXPECT_FALSE(compressor.compress(random_bytes(1)));
  EXPECT_FALSE(compressor.compress(random_bytes(4096)));
  EXPECT_FALSE(compressor.compress(random_bytes(2 << 20)));
}

TEST(Compressor, AFrameWithSomePartCompressibleIsStillCompressed) {
  Bytes mixed = random_bytes(1 << 20);
  const Bytes text = text_of_size(512 << 10);
  std::copy(text.begin(), text.end(), mixed.begin());
  EXPECT_TRUE(Compressor(3).compress(mixed));
}

TEST(Decompressor, RefusesAnotherSizeThanTheClaimed) {
  const Bytes text = text_of_size(10000);
  const Bytes compressed = *Compressor(3).compress(text);
  expect_corrupt(compressed, 9999);
  expect_corrupt(compressed, 10001);
  expect_corrupt(compressed, 0);
}

TEST(Decompressor, RefusesCutAndExtendedAndMadeUpFrames) {
  const Bytes text = text_of_size(10000);
  const Bytes compressed = *Compressor(3).compress(text);
  for (std::size_t size = 0; size < compressed.size(); ++size) expect_corrupt(ByteView(compressed).first(size), 10000);
  Bytes longer = compressed;
  longer.push_back(0);
  expect_corrupt(longer, 10000);
  expect_corrupt(random_bytes(100), 10000);
  // What zstd answers for "unknown" and for "no frame" must not pass for a size.
  expect_corrupt({}, ZSTD_CONTENTSIZE_ERROR);
  expect_corrupt({}, ZSTD_CONTENTSIZE_UNKNOWN);
}

TEST(Decompressor, TakesNoMemoryForASizeThatCannotBe) {
  // A frame header that claims 2^40 bytes, then one last raw block of no bytes.
  const Bytes frame = {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 0, 0, 0, 0, 0, 1, 0, 0, 0x01, 0, 0};
  ASSERT_EQ(ZSTD_getFrameContentSize(frame.data(), frame.size()), std::uint64_t{1} << 40);
  expect_corrupt(frame, std::size_t{1} << 40);
}

TEST(Decompressor, SurvivesEveryChangedByte) {
  const Bytes text = text_of_size(3000);
  const Bytes compressed = *Compressor(3).compress(text);
  Decompressor decompressor;
  for (std::size_t i = 0; i < compressed.size(); ++i) {
    Bytes changed = compressed;
    changed[i] ^= 0x55;
    try {
      EXPECT_EQ(decompressor.decompress(changed, text.size()).size(), text.size());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::corrupt);
    }
  }
  EXPECT_EQ(decompressor.decompress(compressed, text.size()), text);
}

TEST(CompressorDeathTest, LevelsAreOneToNineteen) {
  EXPECT_DEATH(Compressor(0), "1 to 19");
  EXPECT_DEATH(Compressor(20), "1 to 19");
}

}  // namespace
}  // namespace rehome
