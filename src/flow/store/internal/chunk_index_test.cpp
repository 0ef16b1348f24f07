// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/chunk_index.h"

#include <gtest/gtest.h>

#include "base/codec/hash.h"
#include "tests/support/memory_in_use.h"

namespace rehome::store {
namespace {

ChunkId id_of(std::uint32_t number) {
  Bytes bytes;
  ByteWriter(bytes).u32(number);
  const Digest digest = sha256(bytes);
  ChunkId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

TEST(ChunkIndex, IsEmptyAtFirst) { EXPECT_EQ(ChunkIndex().find(id_of(1)), std::nullopt); }

TEST(ChunkIndex, FindsEachOfManyAndNothingElse) {
  ChunkIndex index;
  constexpr std::uint32_t kCount = 20'000;
  for (std::uint32_t i = 0; i < kCount; ++i) index.insert(id_of(i), {i, i + 1, i + 2, i + 3});
  EXPECT_EQ(index.size(), kCount);
  for (std::uint32_t i = 0; i < kCount; ++i) EXPECT_EQ(index.find(id_of(i)), (ChunkRef{i, i + 1, i + 2, i + 3}));
  for (std::uint32_t i = kCount; i < 2 * kCount; ++i) EXPECT_EQ(index.find(id_of(i)), std::nullopt);
}

TEST(ChunkIndex, IdsWithTheSameBeginningAreToldApart) {
  ChunkIndex index;
  ChunkId a{}, b{};
  b[15] = 1;
  index.insert(a, {1, 0, 0, 1});
  index.insert(b, {2, 0, 0, 1});
  EXPECT_EQ(index.find(a)->pack, 1U);
  EXPECT_EQ(index.find(b)->pack, 2U);
}

TEST(ChunkIndex, CostsNoMoreThanIsSaid) {
  constexpr std::uint32_t kChunks = 98'305;  // just after the table has doubled
  const std::size_t before = rehome::testing::memory_in_use();
  ChunkIndex index;
  for (std::uint32_t i = 0; i < kChunks; ++i) index.insert(id_of(i), {0, i, 0, 1});
  EXPECT_LE(rehome::testing::memory_in_use() - before, ChunkIndex::kBytesPerChunk * kChunks);
}

TEST(ChunkIndex, TheFirstPlaceOfAChunkStays) {
  ChunkIndex index;
  index.insert(id_of(1), {1, 0, 0, 1});
  index.insert(id_of(1), {2, 0, 0, 1});
  EXPECT_EQ(index.find(id_of(1))->pack, 1U);
  EXPECT_EQ(index.size(), 1U);
}

}  // namespace
}  // namespace rehome::store
