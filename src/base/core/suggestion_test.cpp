// SPDX-License-Identifier: Apache-2.0
#include "base/core/suggestion.h"

#include <gtest/gtest.h>

namespace rehome {
namespace {

TEST(Suggestion, FindsTheNearestWord) {
  std::vector<std::string_view> words = {"include", "exclude", "objectSet", "role"};
  EXPECT_EQ(nearest("inlcude", words), "include");
  EXPECT_EQ(nearest("ObjectSets", words), "objectSet");
  EXPECT_EQ(nearest("rol", words), "role");
  EXPECT_EQ(nearest("pattern", words), "");
  EXPECT_EQ(nearest(std::string(100'000, 'x'), words), "");
}

}  // namespace
}  // namespace rehome
