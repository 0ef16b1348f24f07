// SPDX-License-Identifier: Apache-2.0
#include "base/core/quantities.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace rehome {
namespace {

TEST(Quantities, SaysBytesAsDisksAreSold) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(1'234'567), "1.2 MB");
  EXPECT_EQ(human_bytes(123'456'789), "123 MB");
  EXPECT_EQ(human_bytes(999'999'999), "1.0 GB");
  EXPECT_EQ(human_bytes(UINT64_MAX), "18447 PB");
}

TEST(Quantities, SaysTimes) {
  EXPECT_EQ(human_seconds(0.84), "0.8 s");
  EXPECT_EQ(human_seconds(185), "3 min 05 s");
  EXPECT_EQ(human_seconds(3725), "1 h 02 min");
}

}  // namespace
}  // namespace rehome
