// SPDX-License-Identifier: Apache-2.0
#include "site/cycles.h"
#include "site/deletion.h"
#include "site/records.h"
#include "tests/support/deletion_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// C-L13: records restored from an older backup do not know the newest captures. They are kept for a stated time, shown,
// counted, and a person may have them removed.
class LeftOverTest : public DeletionTest {
 protected:
  /// A vault whose only store is deleted, with a capture that was made after the backup.
  std::string leave_over() {
    with_delay(0);
    const std::string id = world().capture(a_);
    where_ = place(id);
    world().folders.put_pack(where_, "new");
    world().folders.complete(where_, unknown_, world().folders.packs(where_), world().clock.now().seconds);
    world().pass(60);
    note_restored(site(), "/srv/rehome");
    world().restore(a_);
    return id;
  }
  bool is_there() { return world().folders.has_vault(where_) && !world().folders.first_missing(where_, unknown_); }

  const std::string unknown_ = std::string(32, 'f');
  VaultPlace where_;
};

TEST_P(LeftOverTest, ACaptureThatTheRecordsNeverKnewIsKeptForATime) {
  const std::string id = leave_over();
  const CycleReport report = cycle();
  EXPECT_THAT(report.deleted, ElementsAre(id));
  EXPECT_THAT(report.removed, IsEmpty());
  ASSERT_EQ(report.left_over.size(), 1U);
  EXPECT_EQ(report.left_over[0].vault, where_.vault);
  EXPECT_THAT(report.left_over[0].captures, ElementsAre(unknown_));
  EXPECT_EQ(report.left_over[0].until, world().clock.now().seconds + 30 * kDay);
  EXPECT_TRUE(is_there());
  // The next cycles still show it.
  EXPECT_EQ(cycle().left_over.size(), 1U);
  EXPECT_EQ(list_cycles(site()).at(0).report.left_over.at(0).captures, std::vector<std::string>{unknown_});
  world().pass(30 * kDay - 1);
  EXPECT_EQ(cycle().left_over.size(), 1U);
  EXPECT_TRUE(is_there());
  world().pass(1);
  EXPECT_THAT(cycle().removed, ElementsAre(where_.vault));
  EXPECT_FALSE(world().folders.has_vault(where_));
}

TEST_P(LeftOverTest, AClockThatJumpsAheadRemovesNothingAtOnce) {
  leave_over();
  cycle();
  world().pass(365 * kDay);
  EXPECT_EQ(cycle().left_over.size(), 1U);
  EXPECT_TRUE(is_there());
  EXPECT_THAT(cycle().removed, ElementsAre(where_.vault));
}

TEST_P(LeftOverTest, ItCountsAgainstTheQuotaAndTakesNoNewCapture) {
  leave_over();
  cycle();
  change_computer(site(), a_.id, {.quota_bytes = 2500}, kAdmin);
  const Lease lease = world().request_capture(a_, 100).lease;
  EXPECT_NE(lease.vault, where_.vault);
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(a_), lease.id, lease.vault)->quota, 500);
}

TEST_P(LeftOverTest, APersonMayHaveItRemoved) {
  leave_over();
  EXPECT_EQ(code_of([&] { discard_left_over(site(), where_.vault, kAdmin); }), ErrorCode::refused);
  cycle();
  discard_left_over(site(), where_.vault, kAdmin);
  EXPECT_FALSE(world().folders.has_vault(where_));
  EXPECT_EQ(code_of([&] { discard_left_over(site(), where_.vault, kAdmin); }), ErrorCode::not_found);
  EXPECT_THAT(cycle().left_over, IsEmpty());
}

// What a computer puts while the records know of it pins nothing, also after a restore from a backup.
TEST_P(LeftOverTest, NothingElseIsKept) {
  leave_over();
  world().folders.complete(where_, std::string(32, 'a'), {"a pack that is not there"}, 0);
  world().folders.complete(where_, std::string(32, 'b'), {}, world().clock.now().seconds + 1);
  EXPECT_THAT(cycle().left_over.at(0).captures, ElementsAre(unknown_));
  const std::vector<VaultCapture> left = world().folders.captures(where_);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].capture, unknown_);
}

REHOME_OVER_BOTH_DATABASES(LeftOverTest);

}  // namespace
}  // namespace rehome::site
