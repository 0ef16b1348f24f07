// SPDX-License-Identifier: Apache-2.0
#include "base/codec/chunker.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <rapidcheck/gtest.h>
#include <set>

namespace rehome {
namespace {

constexpr ChunkSizes kSmallSizes{.smallest = 256, .average = 1024, .largest = 4096};

Chunker chunker_with(std::uint8_t key, ChunkSizes sizes = kSmallSizes) {
  return Chunker(Secret(Bytes(32, key)), sizes);
}

Bytes noise(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  Bytes bytes(size);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(generator());
  return bytes;
}

/// The offsets at which chunks end.
std::vector<std::size_t> cuts_of(const Chunker& chunker, ByteView bytes) {
  std::vector<std::size_t> cuts;
  std::size_t at = 0;
  while (at < bytes.size()) cuts.push_back(at += chunker.first_chunk(bytes.subspan(at)));
  return cuts;
}

std::size_t count_common(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  std::vector<std::size_t> common;
  std::ranges::set_intersection(a, b, std::back_inserter(common));
  return common.size();
}

TEST(Chunker, CutsStayWhereTheyAre) {
  // Chunk ids of existing stores depend on this: another cut is another format.
  const std::vector<std::size_t> cuts = cuts_of(chunker_with(1), noise(8000, 1));
  EXPECT_EQ(cuts, (std::vector<std::size_t>{1089, 2190, 3419, 4605, 5536, 6240, 8000}));
}

RC_GTEST_PROP(Chunker, EveryChunkIsWithinItsBounds, (std::uint64_t seed, std::uint8_t key)) {
  const Bytes bytes = noise(*rc::gen::inRange<std::size_t>(1, 40000), seed);
  const Chunker chunker = chunker_with(key);
  std::size_t before = 0;
  for (const std::size_t cut : cuts_of(chunker, bytes)) {
    RC_ASSERT(cut - before <= kSmallSizes.largest);
    RC_ASSERT(cut - before >= kSmallSizes.smallest || cut == bytes.size());
    before = cut;
  }
  RC_ASSERT(before == bytes.size());
}

RC_GTEST_PROP(Chunker, WhatLiesBeforeTheWindowDoesNotMatter, (std::uint64_t seed, std::uint64_t other)) {
  const Chunker chunker = chunker_with(3);
  Bytes bytes = noise(8192, seed);
  const std::size_t cut = chunker.first_chunk(bytes);
  const Bytes start = noise(kSmallSizes.smallest - 64, other);
  std::ranges::copy(start, bytes.begin());
  RC_ASSERT(chunker.first_chunk(bytes) == cut);
  std::ranges::fill(bytes.begin() + static_cast<std::ptrdiff_t>(cut), bytes.end(), std::uint8_t{0});
  if (cut < kSmallSizes.largest) RC_ASSERT(chunker.first_chunk(bytes) == cut);
}

RC_GTEST_PROP(Chunker, AnInsertionMovesFewCuts, (std::uint64_t seed)) {
  constexpr std::size_t kSize = 200000;
  const Chunker chunker = chunker_with(5);
  const Bytes bytes = noise(kSize, seed);
  const std::size_t place = *rc::gen::inRange<std::size_t>(0, kSize);
  const Bytes inserted = noise(*rc::gen::inRange<std::size_t>(1, 100), seed + 1);
  Bytes longer = bytes;
  longer.insert(longer.begin() + static_cast<std::ptrdiff_t>(place), inserted.begin(), inserted.end());

  std::vector<std::size_t> expected = cuts_of(chunker, bytes);
  for (std::size_t& cut : expected) cut += cut > place ? inserted.size() : 0;
  const std::size_t moved = expected.size() - count_common(expected, cuts_of(chunker, longer));
  RC_ASSERT(moved <= 20U);
}

TEST(Chunker, AnotherKeyCutsElsewhere) {
  const Bytes bytes = noise(1 << 20, 9);
  const std::vector<std::size_t> one = cuts_of(chunker_with(1), bytes);
  const std::vector<std::size_t> other = cuts_of(chunker_with(2), bytes);
  EXPECT_EQ(one, cuts_of(chunker_with(1), bytes));
  EXPECT_LT(count_common(one, other), one.size() / 20);
}

TEST(Chunker, SizesComeOutNearTheAverage) {
  for (const ChunkSizes sizes : {kSmallSizes, ChunkSizes{.smallest = 4096, .average = 16384, .largest = 65536}}) {
    const Bytes bytes = noise(16 << 20, 11);
    const double mean =
        static_cast<double>(bytes.size()) / static_cast<double>(cuts_of(chunker_with(1, sizes), bytes).size());
    EXPECT_GT(mean, 0.8 * static_cast<double>(sizes.average));
    EXPECT_LT(mean, 1.4 * static_cast<double>(sizes.average));
  }
}

TEST(Chunker, UniformDataEndsUpInEqualChunks) {
  const Bytes zeros(100000);
  std::set<std::size_t> lengths;
  std::size_t before = 0;
  for (const std::size_t cut : cuts_of(chunker_with(1), zeros)) {
    if (cut != zeros.size()) lengths.insert(cut - before);
    before = cut;
  }
  EXPECT_EQ(lengths.size(), 1U) << "runs of zero bytes must deduplicate";
}

TEST(Chunker, ShortInputIsOneChunk) {
  const Chunker chunker = chunker_with(1);
  EXPECT_EQ(chunker.first_chunk({}), 0U);
  EXPECT_EQ(chunker.first_chunk(Bytes(1)), 1U);
  EXPECT_EQ(chunker.first_chunk(Bytes(kSmallSizes.smallest)), kSmallSizes.smallest);
}

TEST(ChunkerDeathTest, SizesAndKeyMustMakeSense) {
  EXPECT_DEATH(Chunker(Secret(31), kSmallSizes), "32 bytes");
  EXPECT_DEATH(Chunker(Secret(32), {.smallest = 63, .average = 1024, .largest = 4096}), "chunk sizes");
  EXPECT_DEATH(Chunker(Secret(32), {.smallest = 256, .average = 1000, .largest = 4096}), "chunk sizes");
  EXPECT_DEATH(Chunker(Secret(32), {.smallest = 256, .average = 1024, .largest = 512}), "chunk sizes");
}

}  // namespace
}  // namespace rehome
