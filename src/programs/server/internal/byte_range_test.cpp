// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/byte_range.h"

#include <gtest/gtest.h>

namespace rehome::server {
namespace {

std::string read(std::string_view field, std::uint64_t size = 10) {
  const auto range = parse_byte_range(field, size);
  if (!range) return "none";
  return range->is_whole ? "whole" : content_range(*range, size);
}

TEST(ByteRange, ReadsOneRange) {
  EXPECT_EQ(read("bytes=3-6"), "bytes 3-6/10");
  EXPECT_EQ(read("bytes=0-0"), "bytes 0-0/10");
  EXPECT_EQ(read("bytes=3-"), "bytes 3-9/10");
  EXPECT_EQ(read("bytes=3-99"), "bytes 3-9/10");
  EXPECT_EQ(read("bytes=-4"), "bytes 6-9/10");
  EXPECT_EQ(read("bytes=-99"), "bytes 0-9/10");
}

TEST(ByteRange, WhatIsNotUnderstoodIsTheWhole) {
  for (const char* field : {"", "bytes", "bytes=", "bytes=-", "bytes=x-y", "bytes=6-3", "bytes=1-2,4-5", "lines=1-2",
                            "bytes=99999999999999999999-", "bytes= 1-2"}) {
    EXPECT_EQ(read(field), "whole") << field;
  }
}

TEST(ByteRange, WhatIsNotThereIsNoRange) {
  EXPECT_EQ(read("bytes=10-12"), "none");
  EXPECT_EQ(read("bytes=-0"), "none");
  EXPECT_EQ(read("bytes=0-0", 0), "none");
  EXPECT_EQ(read("bytes=-5", 0), "none");
}

}  // namespace
}  // namespace rehome::server
