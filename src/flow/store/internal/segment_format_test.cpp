// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/segment_format.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "base/machine/memory/manual_clock.h"
#include "tests/support/counting_random.h"
#include "tests/support/map_blob_store.h"

namespace rehome::store {
namespace {

class SegmentFormatTest : public ::testing::Test {
 protected:
  static Header header() {
    Header header;
    header.vault = {{1, 2, 3}};
    return header;
  }

  testing::MapBlobStore blobs_;
  testing::CountingRandom random_;
  ManualClock clock_;
  VaultContext vault_{blobs_, nullptr, nullptr, {}, header(), KeyRing::unencrypted(header().vault), random_, clock_};
  SegmentPlace place_{{{4}}, 1, 0};
  Compressor compressor_{3};
};

TEST_F(SegmentFormatTest, WhatShrinksToNothingIsStoredAsItIsAndComesBack) {
  const Segment segment{Bytes(kPlausibleSegment + 1, 'x'), true};
  const Bytes blob = encode_segment(vault_, place_, segment, compressor_);
  EXPECT_GT(blob.size(), kPlausibleSegment);
  EXPECT_EQ(decode_segment(vault_, place_, blob), segment);
  const Segment small{Bytes(kPlausibleSegment, 'x'), false};
  const Bytes small_blob = encode_segment(vault_, place_, small, compressor_);
  EXPECT_LT(small_blob.size(), 10'000U);
  EXPECT_EQ(decode_segment(vault_, place_, small_blob), small);
}

/// As encode_segment, without its restraint.
TEST_F(SegmentFormatTest, HostileRatiosAreNotBelieved) {
  const Bytes raw(kPlausibleSegment + 1, 'x');
  Bytes blob;
  ByteWriter out(blob);
  out.bytes(as_bytes("RHSEGM1\n"));
  out.u32(1);
  out.u32(static_cast<std::uint32_t>(raw.size()));
  out.u8(1);
  out.bytes(Bytes(3));
  Bytes binding;
  ByteWriter bound(binding);
  bound.bytes(as_bytes("rehome catalog"));
  bound.bytes(vault_.header.vault.bytes);
  bound.u8(static_cast<std::uint8_t>(vault_.header.kind));
  bound.bytes(place_.capture.bytes);
  bound.u32(place_.account);
  bound.u32(place_.number);
  bound.bytes(blob);
  const Bytes sealed = Envelope(vault_.keys.catalog_key(place_.account, place_.capture))
                           .seal(place_.number, binding, *compressor_.compress(raw));
  ByteWriter(blob).bytes(sealed);
  EXPECT_THROW(decode_segment(vault_, place_, blob), Error);
}

}  // namespace
}  // namespace rehome::store
