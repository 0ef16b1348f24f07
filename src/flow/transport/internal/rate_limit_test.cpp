// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/rate_limit.h"

#include <gtest/gtest.h>

namespace rehome::transport {
namespace {

using std::chrono::seconds;

TEST(RateLimit, TwoConnectionsShareOneRate) {
  RateLimit limit(1000);
  const RateLimit::Moment start{seconds(100)};
  EXPECT_EQ(limit.pause_after(1000, start), seconds(1));
  EXPECT_EQ(limit.pause_after(1000, start), seconds(2)) << "the other connection's bytes come first";
  EXPECT_EQ(limit.pause_after(1000, start + seconds(2)), seconds(1));
}

TEST(RateLimit, TimeThatWasNotUsedIsNotMadeUpFor) {
  RateLimit limit(1000);
  const RateLimit::Moment start{seconds(100)};
  limit.pause_after(1000, start);
  EXPECT_EQ(limit.pause_after(1000, start + seconds(50)), seconds(1));
}

TEST(RateLimit, WithoutOneNobodyWaits) {
  RateLimit limit(0);
  EXPECT_EQ(limit.pause_after(UINT64_MAX, RateLimit::Moment{seconds(1)}), seconds(0));
}

TEST(RateLimit, PiecesAreSmallWhereTheRateIs) {
  EXPECT_EQ(RateLimit(100).piece(), 1024U);
  EXPECT_EQ(RateLimit(40'000).piece(), 10'000U);
  EXPECT_EQ(RateLimit(UINT64_MAX).piece(), RateLimit(0).piece());
}

}  // namespace
}  // namespace rehome::transport
