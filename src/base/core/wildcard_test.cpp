// SPDX-License-Identifier: Apache-2.0
#include "base/core/wildcard.h"

#include <gtest/gtest.h>

namespace rehome {
namespace {

TEST(Wildcard, AStarIsAnyBytes) {
  EXPECT_TRUE(matches_wildcard("", ""));
  EXPECT_TRUE(matches_wildcard("*", ""));
  EXPECT_TRUE(matches_wildcard("**", "ann"));
  EXPECT_TRUE(matches_wildcard("a*n", "an"));
  EXPECT_TRUE(matches_wildcard("a*n*", "annn"));
  EXPECT_TRUE(matches_wildcard("*/f", "/a/f/f")) << "a later place for what follows the star";
  EXPECT_FALSE(matches_wildcard("", "a"));
  EXPECT_FALSE(matches_wildcard("a*n", "ann e"));
  EXPECT_FALSE(matches_wildcard("ann*a", "ann"));
  EXPECT_FALSE(matches_wildcard("Ann", "ann"));
}

}  // namespace
}  // namespace rehome
