// SPDX-License-Identifier: Apache-2.0
#include "site/internal/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "site/internal/account_names.h"
#include "site/internal/network.h"
#include "site/internal/text.h"

namespace rehome::site {
namespace {

using ::testing::ElementsAre;

MigrationPoint point(const std::string& id, PointSettings settings) {
  return {.id = id, .server = id, .settings = std::move(settings)};
}

std::vector<std::string> order(const std::vector<MigrationPoint>& points, const std::string& address) {
  std::vector<std::string> ids;
  for (const MigrationPoint* one : order_for(points, address)) ids.push_back(one->id);
  return ids;
}

// C-F4: the order that migration_points.h states.
TEST(SelectionTest, NearestFirstThenAnywhereThenFallback) {
  const std::vector<MigrationPoint> points = {
      point("fallback", {.networks = {"172.16.0.0/12"}}),
      point("anywhere", {}),
      point("never", {.networks = {"172.16.0.0/12"}, .fallback = false}),
      point("wide", {.networks = {"10.0.0.0/8"}, .fallback = false}),
      point("narrow", {.networks = {"2001:db8::/32", "10.1.2.0/24"}}),
      point("anywhere-2", {}),
  };
  EXPECT_THAT(order(points, "10.1.2.3"), ElementsAre("narrow", "wide", "anywhere", "anywhere-2", "fallback"));
  EXPECT_THAT(order(points, "::ffff:10.9.9.9"), ElementsAre("wide", "anywhere", "anywhere-2", "fallback", "narrow"));
  EXPECT_THAT(order(points, "2001:db8::1"), ElementsAre("narrow", "anywhere", "anywhere-2", "fallback"));
  EXPECT_THAT(order(points, ""), ElementsAre("anywhere", "anywhere-2", "fallback", "narrow"));
}

TEST(NetworkTest, ReadsAddresses) {
  EXPECT_EQ(parse_address("10.1.2.3"), parse_address("::ffff:10.1.2.3"));
  EXPECT_EQ(parse_address("::"), Address{});
  EXPECT_EQ(parse_address("1:0:0:0:0:0:0:2"), parse_address("1::2"));
  EXPECT_EQ(parse_address("1::"), parse_address("1:0:0:0:0:0:0:0"));
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.x", "0001.2.3.4", ":", ":::", "1:2", "1::2::3",
                          "12345::", "1:2:3:4:5:6:7:8:9", "::1%eth0", "1.2.3.4::", "::1:2:3:4:5:6:7:8", "-1.2.3.4"}) {
    EXPECT_EQ(parse_address(bad), std::nullopt) << bad;
  }
}

TEST(NetworkTest, ReadsNetworks) {
  EXPECT_TRUE(parse_network("0.0.0.0/0").contains(*parse_address("9.9.9.9")));
  EXPECT_FALSE(parse_network("0.0.0.0/0").contains(*parse_address("2001:db8::1")));
  EXPECT_TRUE(parse_network("10.1.2.3/32").contains(*parse_address("10.1.2.3")));
  EXPECT_TRUE(parse_network("10.128.0.0/9").contains(*parse_address("10.200.0.1")));
  EXPECT_FALSE(parse_network("10.128.0.0/9").contains(*parse_address("10.100.0.1")));
  for (const char* bad : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.1/8", "x/8", "10.0.0.0/-1", "/8"}) {
    EXPECT_THROW(parse_network(bad), Error) << bad;
  }
}

TEST(TidyTextTest, IsNeverCutInsideACharacter) { EXPECT_EQ(tidy_text("\u20ac\u20ac", 5), "\u20ac"); }

// C-A12
TEST(AccountNamesTest, MeanTheAccountsThatTheyName) {
  const CapturedAccount anna{.number = 1, .name = "anna", .uid = 1000};
  const CapturedAccount carl{.number = 2, .name = "LAB\\Carl", .sid = "S-1-5-21-7"};
  EXPECT_TRUE(means_account("anna", anna));
  EXPECT_FALSE(means_account("Anna", anna));
  EXPECT_TRUE(means_account("1000", anna));
  EXPECT_FALSE(means_account("1001", anna));
  EXPECT_TRUE(means_account("lab\\carl", carl));
  EXPECT_FALSE(means_account("OTHER\\carl", carl));
  EXPECT_FALSE(means_account("carl", carl));
  EXPECT_TRUE(means_account("S-1-5-21-7", carl));
  EXPECT_FALSE(means_account("S-1-5-21-8", carl));
  EXPECT_FALSE(means_account("1000", carl));
}

}  // namespace
}  // namespace rehome::site
