// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/id_ranges.h"

#include <gtest/gtest.h>

namespace rehome::load {
namespace {

TEST(IdRangePool, KeepsAFreeRangeAndMovesATakenOne) {
  IdRangePool pool({{"bob", {100000, 65536}}, {"containers", {300000, 65536}}});
  EXPECT_EQ(pool.give({500000, 65536}, "ann"), (IdRange{500000, 65536}));
  EXPECT_EQ(pool.give({100000, 65536}, "ann"), (IdRange{165536, 65536}));
  EXPECT_EQ(pool.give({100000, 65536}, "ann"), (IdRange{231072, 65536}));
  EXPECT_EQ(pool.give({100000, 65536}, "ann"), (IdRange{365536, 65536}));
}

TEST(IdRangePool, GivesNothingImpossible) {
  IdRangePool pool({});
  EXPECT_FALSE(pool.give({100000, 0}, "ann"));
  EXPECT_FALSE(pool.give({100000, 0xFFFFFFFF}, "ann"));
  EXPECT_EQ(pool.give({0, 65536}, "ann"), (IdRange{100000, 65536}));
  EXPECT_EQ(pool.give({0xFFFFFFF0, 0x10}, "ann"), (IdRange{165536, 0x10}));
  IdRangePool full({{"bob", {100000, 4294867195}}});
  EXPECT_FALSE(full.give({100000, 65536}, "ann"));
}

TEST(IdRangePool, WhatIsLeftOverOfTheSameNameIsFreeOnce) {
  IdRangePool pool({{"ann", {100000, 65536}}, {"bob", {165536, 65536}}});
  EXPECT_EQ(pool.give({100000, 65536}, "carl"), (IdRange{231072, 65536}));
  EXPECT_EQ(pool.give({100000, 65536}, "ann"), (IdRange{100000, 65536}));
  EXPECT_EQ(pool.give({100000, 65536}, "ann"), (IdRange{296608, 65536}));
  EXPECT_TRUE(pool.holds(296608 + 65535));
  EXPECT_FALSE(pool.holds(296608 + 65536));
}

TEST(PairRanges, FollowsTheCountNotTheCuts) {
  const std::vector<IdRange> source = {{100, 10}, {500, 10}};
  const std::vector<IdRange> destination = {{1000, 15}, {2000, 5}};
  const auto pairs = pair_ranges(source, destination);
  ASSERT_EQ(pairs.size(), 3U);
  EXPECT_EQ(pairs[1].from, 500U);
  EXPECT_EQ(pairs[1].to, 1010U);
  EXPECT_EQ(pairs[1].count, 5U);
  EXPECT_EQ(pairs[2].from, 505U);
  EXPECT_EQ(pairs[2].to, 2000U);
  EXPECT_TRUE(pair_ranges(source, {}).empty());
  const std::vector<IdRange> empty = {{5, 0}, {7, 1}};
  EXPECT_EQ(pair_ranges(empty, destination).size(), 1U);
}

}  // namespace
}  // namespace rehome::load
