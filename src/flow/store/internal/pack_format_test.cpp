// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_format.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "flow/store/internal/envelope.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/pack_builder.h"
#include "flow/store/internal/pack_reader.h"
#include "tests/support/counting_random.h"
#include "tests/support/map_blob_store.h"

namespace rehome::store {
namespace {

using rehome::testing::MapBlobStore;

const VaultId kVault{{1}};
const PackPlace kPlace{7, {{2}}};
const PackSalt kSalt{3};

class PackTest : public ::testing::Test {
 protected:
  PackTest() : keys(KeyRing::of_vault(kVault, Secret(Bytes(32, 9)))), cipher(keys, kVault, kPlace, kSalt) {}

  Bytes build() {
    PackBuilder builder(kPlace, kSalt);
    Compressor compressor(3);
    builder.add(1, seal_frame(cipher, compressor, 1, second));  // frames may come in any order
    builder.add(0, seal_frame(cipher, compressor, 0, first));
    return builder.finish(cipher, chunks);
  }
  PackReader reader() { return PackReader(blobs, keys, kVault, kPlace); }

  const Bytes first = Bytes(5000, 'x');
  const Bytes second = {1, 2, 3};
  const std::vector<ChunkEntry> chunks = {{{1}, 0, 10, 20}, {{2}, 1, 0, 3}};
  KeyRing keys;
  PackCipher cipher;
  MapBlobStore blobs;
};

TEST_F(PackTest, WhatGoesInComesOut) {
  blobs.put(pack_name(7, kPlace.pack), build());
  const PackReader pack = reader();
  EXPECT_EQ(pack.frames().size(), 2U);
  EXPECT_TRUE(pack.frames()[0].compressed);
  EXPECT_FALSE(pack.frames()[1].compressed);
  EXPECT_EQ(pack.read_frame(0), first);
  EXPECT_EQ(pack.read_frame(1), second);
  EXPECT_EQ(pack.read_chunks(), chunks);
  EXPECT_THROW(pack.read_frame(2), Error);
}

TEST_F(PackTest, IsAsLongAsItsLabelSays) {
  const Bytes pack = build();
  EXPECT_EQ(decode_label(ByteView(pack).first(kLabelSize)).pack_size(), pack.size());
  EXPECT_TRUE(std::ranges::equal(ByteView(pack).first(kLabelSize), ByteView(pack).last(kLabelSize)));
}

TEST_F(PackTest, AnEmptyOneIsWhole) {
  blobs.put(pack_name(7, kPlace.pack), PackBuilder(kPlace, kSalt).finish(cipher, {}));
  EXPECT_TRUE(reader().frames().empty());
  EXPECT_TRUE(reader().read_chunks().empty());
}

TEST_F(PackTest, HostileLabelsAskForNoMemory) {
  PackLabel label{kPlace, kSalt};
  label.frames = kMostFrames + 1;
  EXPECT_THROW(decode_label(encode_label(label)), Error);
  label.frames = 0;
  label.chunks = UINT32_MAX;
  EXPECT_THROW(decode_label(encode_label(label)), Error);
  label.chunks = 0;
  label.frame_bytes = UINT64_MAX;
  EXPECT_THROW(decode_label(encode_label(label)), Error);
}

TEST_F(PackTest, FrameTablesThatDoNotFitAreRefused) {
  const auto decode = [](const std::vector<FrameEntry>& entries, std::uint64_t bytes) {
    PackLabel label{kPlace, kSalt};
    label.frames = static_cast<std::uint32_t>(entries.size());
    label.frame_bytes = bytes;
    return decode_frame_table(encode_frame_table(entries), label);
  };
  EXPECT_NO_THROW(decode({{100, 500, true}, {30, 14, false}}, 130));
  EXPECT_THROW(decode({{100, 500, true}, {30, 14, false}}, 131), Error) << "a sum that is not the label's";
  EXPECT_THROW(decode({{100, kLargestFrame + 1, true}}, 100), Error) << "a frame larger than any is";
  EXPECT_THROW(decode({{10, 500, true}}, 10), Error) << "a frame shorter than its envelope";
  EXPECT_THROW(decode({{100, 50, false}}, 100), Error) << "a frame longer than its content";
}

TEST_F(PackTest, ChunksOutsideOfTheirFrameAreRefused) {
  const std::vector<FrameEntry> frames = {{100, 500, true, 0}};
  EXPECT_NO_THROW(decode_chunk_table(encode_chunk_table({{{1}, 0, 400, 100}}), frames));
  EXPECT_THROW(decode_chunk_table(encode_chunk_table({{{1}, 0, 401, 100}}), frames), Error);
  EXPECT_THROW(decode_chunk_table(encode_chunk_table({{{1}, 1, 0, 1}}), frames), Error);
  EXPECT_THROW(decode_chunk_table(encode_chunk_table({{{1}, 0, UINT32_MAX, UINT32_MAX}}), frames), Error);
}

TEST_F(PackTest, AFrameIsNotATable) {
  EXPECT_THROW(cipher.open_frame_table(cipher.seal_frame(0, first)), Error);
  EXPECT_THROW(cipher.open_chunk_table(cipher.seal_frame_table(first)), Error);
}

TEST_F(PackTest, EveryPackHasItsOwnKey) {
  const PackCipher other(keys, kVault, kPlace, PackSalt{4});
  EXPECT_NE(cipher.seal_frame(0, first), other.seal_frame(0, first));
}

}  // namespace
}  // namespace rehome::store
