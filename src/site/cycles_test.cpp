// SPDX-License-Identifier: Apache-2.0
#include "site/cycles.h"

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CyclesTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    if (IsSkipped()) return;
    computer_ = world().enrol("A");
    point_ = world().add_usual_point({.deletion_delay_minutes = 0}).id;
  }
  /// A store that is due.
  std::string finished_store() {
    const std::string store = world().capture(computer_);
    world().restore(computer_);
    return store;
  }
  CycleReport cycle() { return run_deletion_cycle(site(), point_); }

  Computer computer_;
  std::string point_;
};

TEST_P(CyclesTest, TellWhatWasDeletedAndWhen) {
  const std::string store = finished_store();
  const CycleReport report = cycle();
  const std::vector<Cycle> cycles = list_cycles(site());
  ASSERT_EQ(cycles.size(), 1U);
  EXPECT_EQ(cycles[0].point, point_);
  EXPECT_EQ(cycles[0].server, "smp1");
  EXPECT_EQ(cycles[0].begun, world().clock.now().seconds);
  EXPECT_THAT(cycles[0].report.deleted, ElementsAre(store));
  EXPECT_EQ(cycles[0].report.removed, report.removed);
  EXPECT_THAT(cycles[0].report.skipped, IsEmpty());
}

// What people are shown has no path in it; what the log gets has.
TEST_P(CyclesTest, TellWhatFailed) {
  const std::string store = finished_store();
  world().folders.folder("/smp").reachable = false;
  EXPECT_THAT(cycle().skipped.at(0).failure, HasSubstr("/smp"));
  const SkippedStore kept = list_cycles(site()).at(0).report.skipped.at(0);
  EXPECT_EQ(kept.store, store);
  EXPECT_THAT(kept.reason, HasSubstr("cannot be reached"));
  EXPECT_THAT(kept.reason, Not(HasSubstr("/smp")));
  EXPECT_FALSE(kept.failure.empty());
}

TEST_P(CyclesTest, WhoIsWaitedForIsNoFailure) {
  finished_store();
  world().request_capture(computer_);
  cycle();
  const SkippedStore kept = list_cycles(site()).at(0).report.skipped.at(0);
  EXPECT_EQ(kept.reason, "a computer works on its vault");
  EXPECT_TRUE(kept.failure.empty());
}

// An hourly cycle that finds nothing does not push out what was deleted.
TEST_P(CyclesTest, OfTheEmptyOnesTheLastIsKept) {
  const std::string store = finished_store();
  cycle();
  for (int i = 0; i < 3; ++i) {
    world().pass(3600);
    cycle();
  }
  const std::vector<Cycle> cycles = list_cycles(site());
  ASSERT_EQ(cycles.size(), 2U);
  EXPECT_EQ(cycles[0].begun, world().clock.now().seconds);
  EXPECT_THAT(cycles[0].report.deleted, IsEmpty());
  EXPECT_THAT(cycles[1].report.deleted, ElementsAre(store));
}

TEST_P(CyclesTest, TheNewestAreKept) {
  const std::string other = world().add_point("smp2").id;
  CycleReport report;
  report.purged_associations = 1;
  keep_cycle(site(), other, 1, report);
  for (std::int64_t i = 1; i <= kKeptCycles + 5; ++i) {
    report.deleted = {"s-" + std::to_string(i)};
    keep_cycle(site(), point_, i, report);
  }
  const std::vector<Cycle> cycles = list_cycles(site(), point_);
  ASSERT_EQ(cycles.size(), static_cast<std::size_t>(kKeptCycles));
  EXPECT_EQ(cycles.front().begun, kKeptCycles + 5);
  EXPECT_EQ(cycles.back().begun, 6);
  EXPECT_EQ(list_cycles(site(), other).size(), 1U) << "each point has its own";
  EXPECT_EQ(list_cycles(site()).size(), cycles.size() + 1);
  const Rows results = world().database().read(
      [](Transaction& transaction) { return transaction.query("SELECT COUNT(*) FROM cycle_results"); });
  EXPECT_EQ(results.at(0).integer(0), kKeptCycles);
}

REHOME_OVER_BOTH_DATABASES(CyclesTest);

}  // namespace
}  // namespace rehome::site
