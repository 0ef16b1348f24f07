// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/acl_rewrite.h"

#include <gtest/gtest.h>
#include <vector>

namespace rehome::load {
namespace {

struct Entry {
  std::uint16_t tag, permissions;
  std::uint32_t id = 0xFFFFFFFF;
};

Bytes acl(const std::vector<Entry>& entries, std::uint32_t version = 2) {
  Bytes value;
  ByteWriter writer(value);
  writer.u32(version);
  for (const Entry& entry : entries) {
    writer.u16(entry.tag);
    writer.u16(entry.permissions);
    writer.u32(entry.id);
  }
  return value;
}

constexpr Entry kOwner{0x01, 6};
constexpr Entry kGroup{0x04, 4};
constexpr Entry kMask{0x10, 6};
constexpr Entry kOther{0x20, 0};

std::optional<std::uint32_t> same(std::uint32_t id) { return id; }
std::optional<std::uint32_t> nobody(std::uint32_t) { return std::nullopt; }
std::optional<std::uint32_t> next(std::uint32_t id) { return id + 1; }

TEST(RewriteAcl, ChangesNamedEntriesOnly) {
  const auto result = rewrite_acl(acl({kOwner, {0x02, 6, 1000}, kGroup, {0x08, 4, 50}, kMask, kOther}), next, same);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value, acl({kOwner, {0x02, 6, 1001}, kGroup, {0x08, 4, 50}, kMask, kOther}));
  EXPECT_TRUE(result->says_more);
  EXPECT_EQ(result->dropped, 0U);
}

TEST(RewriteAcl, SortsWhatTheNewIdsBroughtOutOfOrder) {
  const auto swap = [](std::uint32_t id) { return std::optional<std::uint32_t>(id == 1000 ? 2000 : 500); };
  const auto result = rewrite_acl(acl({kOwner, {0x02, 6, 1000}, {0x02, 4, 1001}, kGroup, kMask, kOther}), swap, same);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value, acl({kOwner, {0x02, 4, 500}, {0x02, 6, 2000}, kGroup, kMask, kOther}));
}

TEST(RewriteAcl, JoinsEntriesOfAccountsThatBecameOne) {
  const auto one = [](std::uint32_t) { return std::optional<std::uint32_t>(7); };
  const auto result = rewrite_acl(acl({kOwner, {0x02, 4, 1000}, {0x02, 2, 1001}, kGroup, kMask, kOther}), one, same);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value, acl({kOwner, {0x02, 6, 7}, kGroup, kMask, kOther}));
}

TEST(RewriteAcl, DropsEntriesForNobodyAndKeepsTheMask) {
  const auto result = rewrite_acl(acl({kOwner, {0x02, 6, 1000}, kGroup, kMask, kOther}), nobody, same);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->value, acl({kOwner, kGroup, kMask, kOther}));
  EXPECT_EQ(result->dropped, 1U);
}

TEST(RewriteAcl, AnIdThatMeansNoneIsDropped) {
  const auto result = rewrite_acl(acl({kOwner, {0x02, 6, 0xFFFFFFFF}, kGroup, kMask, kOther}), same, same);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->dropped, 1U);
}

TEST(RewriteAcl, SaysNoMoreThanTheModeWhereNothingIsNamed) {
  const auto result = rewrite_acl(acl({kOwner, kGroup, kOther}), same, same);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->says_more);
}

TEST(RewriteAcl, RefusesWhatTheKernelWouldRefuse) {
  const std::vector<Bytes> bad = {
      {},
      {2, 0, 0},
      acl({kOwner, kGroup, kOther}, 1),
      acl({}),
      acl({kOwner, kGroup}),
      acl({kOwner, kOwner, kGroup, kOther}),
      acl({kOwner, {0x02, 6, 1000}, kGroup, kOther}),
      acl({kOwner, kGroup, kMask, kMask, kOther}),
      acl({kOwner, kGroup, kOther, {0x40, 1}}),
      acl({{0x01, 8}, kGroup, kOther}),
      Bytes(65 * 1024, 0),
  };
  for (const Bytes& value : bad) EXPECT_FALSE(rewrite_acl(value, same, same)) << to_hex(value).substr(0, 80);
  Bytes cut = acl({kOwner, kGroup, kOther});
  cut.pop_back();
  EXPECT_FALSE(rewrite_acl(cut, same, same));
}

}  // namespace
}  // namespace rehome::load
