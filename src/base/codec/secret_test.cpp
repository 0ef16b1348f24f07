// SPDX-License-Identifier: Apache-2.0
#include "base/codec/secret.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <type_traits>
#include <utility>

#include "base/codec/system_random.h"

namespace rehome {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret> && std::is_nothrow_move_assignable_v<Secret>);

TEST(Secret, MovesLeaveNothingBehind) {
  Secret first(as_bytes("key"));
  Secret second = std::move(first);
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what is left is what is tested
  EXPECT_EQ(as_text(second.view()), "key");
  Secret third(as_bytes("another"));
  third = std::move(second);
  EXPECT_EQ(as_text(third.view()), "key");
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move): as above
}

TEST(Secret, SurvivesAssignmentToItself) {
  Secret secret(as_bytes("key"));
  Secret& same = secret;
  secret = std::move(same);
  EXPECT_EQ(as_text(secret.view()), "key");
}

TEST(Secret, ACloneHasStorageOfItsOwn) {
  Secret secret(as_bytes("key"));
  const Secret copy = secret.clone();
  secret.mutable_view()[0] = 'K';
  EXPECT_EQ(as_text(copy.view()), "key");
  EXPECT_EQ(as_text(secret.view()), "Key");
}

TEST(SystemRandom, FillsAllOfItAndNeverTheSame) {
  SystemRandom random;
  Bytes first(3 * 1024 * 1024 + 5);  // several pieces
  Bytes second(first.size());
  random.fill(first);
  random.fill(second);
  EXPECT_NE(first, second);
  // 64 zero bytes in a row anywhere have a probability below 2^-490.
  EXPECT_EQ(std::ranges::search_n(first, 64, 0).size(), 0U);
  EXPECT_EQ(std::ranges::search_n(second, 64, 0).size(), 0U);
  random.fill({});
}

}  // namespace
}  // namespace rehome
