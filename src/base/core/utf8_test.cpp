// SPDX-License-Identifier: Apache-2.0
#include "base/core/utf8.h"

#include <gtest/gtest.h>

namespace rehome {
namespace {

TEST(Utf8, TakesWellFormedCharacters) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\u00e4\u20ac\U0001f3e0"));
  EXPECT_EQ(first_character("\u20acx").code, U'\u20ac');
  EXPECT_EQ(first_character("\u20acx").size, 3U);
  EXPECT_EQ(first_character("\U0010ffff").size, 4U);
  EXPECT_EQ(first_character(std::string_view("\0", 1)).size, 1U);
}

TEST(Utf8, RefusesEverythingElse) {
  for (const char* bad : {"\x80", "\xc0\xaf", "\xc1\x81", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x80\x80\x80",
                          "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff"}) {
    EXPECT_EQ(first_character(bad).size, 0U) << bad;
    EXPECT_FALSE(is_utf8(std::string("ok ") + bad)) << bad;
  }
  EXPECT_EQ(first_character("").size, 0U);
  EXPECT_EQ(well_formed_size("ab\u20ac\xff\u20ac"), 5U);
}

}  // namespace
}  // namespace rehome
