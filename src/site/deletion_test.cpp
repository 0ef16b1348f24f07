// SPDX-License-Identifier: Apache-2.0
#include "site/deletion.h"

#include "site/cycles.h"
#include "site/records.h"
#include "tests/support/deletion_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// S32, C-S6, C-L8: gone right after the release of the restore; the row stays with its date.
TEST_P(DeletionTest, ImmediatelyAfterTheRestore) {
  with_delay(0);
  const std::string id = world().capture(a_);
  const VaultPlace where = place(id);
  const Released released = world().restore(a_);
  EXPECT_TRUE(released.delete_now);
  EXPECT_THAT(cycle().deleted, ElementsAre(id));
  EXPECT_FALSE(world().folders.has_vault(where));
  EXPECT_EQ(store(site(), id).state, StoreState::deleted);
  EXPECT_EQ(store(site(), id).deleted, world().clock.now().seconds);
}

// C-L12: nobody but the destination, and only with a restore that came to its end, makes the site delete.
TEST_P(DeletionTest, ImmediateDeletionWaitsForTheDestination) {
  with_delay(0);
  const std::string id = world().capture(a_);
  const Computer stranger = world().enrol("stranger");
  EXPECT_EQ(code_of([&] { world().request_restore(stranger); }), ErrorCode::not_found);
  const std::string lease = world().request_restore(a_).lease.id;
  EXPECT_EQ(code_of([&] { world().release(stranger, lease, Outcome::restored); }), ErrorCode::refused);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  EXPECT_EQ(store(site(), id).state, StoreState::restoring);
}

// S33, C-L7, C-L11
TEST_P(DeletionTest, AfterSomeDaysAndOneCycle) {
  with_delay(3 * 1440);
  const std::string id = world().capture(a_);
  world().pass(30 * kDay);
  EXPECT_THAT(cycle().due, IsEmpty());
  EXPECT_FALSE(world().restore(a_).delete_now);
  world().pass(3 * kDay - 1);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  EXPECT_TRUE(world().folders.has_vault(place(id)));
  world().pass(1);
  EXPECT_TRUE(world().folders.has_vault(place(id)));
  EXPECT_THAT(cycle().deleted, ElementsAre(id));
  EXPECT_FALSE(world().folders.has_vault(place(id)));
}

// A changed policy takes effect at once, also for what was released before.
TEST_P(DeletionTest, TheDelayOfTodayCounts) {
  with_delay(30 * 1440);
  world().capture(a_);
  world().restore(a_);
  change_migration_point(site(), point_.id, {.deletion_delay_minutes = 60}, kAdmin);
  world().pass(3600);
  EXPECT_EQ(cycle().deleted.size(), 1U);
}

TEST_P(DeletionTest, AnotherCaptureInTheVaultStays) {
  with_delay(0);
  const std::string first = world().capture(a_);
  const std::string second = world().capture(a_);
  ASSERT_EQ(place(first).vault, place(second).vault);
  discard_store(site(), first, true, kAdmin);
  EXPECT_THAT(cycle().deleted, ElementsAre(first));
  EXPECT_EQ(world().folders.first_missing(place(second), store(site(), second).capture), std::nullopt);
  EXPECT_EQ(world().restore(a_).state, StoreState::released);
  EXPECT_EQ(cycle().removed.size(), 1U);
}

// S43, S44: the first release never deletes what the others wait for.
TEST_P(DeletionTest, SeveralAssociationsKeepWhatOneHasRestored) {
  with_delay(0);
  const Computer c = world().enrol("C");
  world().associate(a_, b_);
  world().associate(a_, c, Behaviour::restore_specified, {"ben"});
  const std::string id = world().capture(a_);
  EXPECT_FALSE(world().restore(b_).delete_now);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  EXPECT_EQ(world().request_restore(c).lease.store, id);
  world().release(c, world().request_restore(c).lease.id, Outcome::failed);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  EXPECT_TRUE(world().restore(c).delete_now);
  EXPECT_THAT(cycle().deleted, ElementsAre(id));
}

// The clock was ahead and is put right: what was released meanwhile still goes after its delay.
TEST_P(DeletionTest, AClockThatIsPutBackKeepsNothingForYears) {
  with_delay(1440);
  const std::string id = world().capture(a_);
  const Lease lease = world().request_capture(b_).lease;
  world().write_capture(b_, lease, false);
  world().release(b_, lease.id, Outcome::failed);
  world().restore(a_);
  world().pass(-365 * kDay);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  const auto deleted_after = [&](std::int64_t seconds) {
    world().pass(seconds);
    EXPECT_TRUE(cycle().held_back);
    return cycle().deleted;
  };
  EXPECT_THAT(deleted_after(kDay), ElementsAre(id));
  EXPECT_THAT(deleted_after(6 * kDay), ElementsAre(lease.store));
}

// The clock jumps ahead: nothing goes before somebody could put it right, and then it does not go early.
TEST_P(DeletionTest, AClockThatJumpsAheadDeletesNothingAtOnce) {
  with_delay(1440);
  const std::string id = world().capture(a_);
  const std::string association = world().associate(a_, b_);
  const Lease lease = world().request_capture(b_).lease;
  world().write_capture(b_, lease, false);
  world().release(b_, lease.id, Outcome::failed);
  world().restore(a_);
  delete_association(site(), association, false, kAdmin);
  cycle();
  world().pass(365 * kDay);
  const CycleReport report = cycle();
  EXPECT_TRUE(report.held_back);
  EXPECT_THAT(report.due, IsEmpty());
  EXPECT_EQ(report.purged_associations, 0);
  EXPECT_EQ(world().state(lease.store), StoreState::abandoned);
  world().pass(-365 * kDay);
  EXPECT_FALSE(cycle().held_back);
  EXPECT_EQ(world().state(id), StoreState::released);
  EXPECT_EQ(undelete_association(site(), association, kAdmin).deleted, std::nullopt);
}

TEST_P(DeletionTest, NeverWhatAnActiveRestoreReads) {
  with_delay(0);
  const std::string id = world().capture(a_);
  world().restore(a_);
  const Lease again = world().request_restore(a_).lease;
  EXPECT_THAT(cycle().due, IsEmpty());
  EXPECT_EQ(world().state(id), StoreState::restoring);
  world().release(a_, again.id, Outcome::restored);
  EXPECT_EQ(cycle().deleted.size(), 1U);
}

TEST_P(DeletionTest, SkipsAVaultThatACaptureWorksOnOrCanBeResumedIn) {
  with_delay(0);
  const std::string id = world().capture(a_);
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  discard_store(site(), id, true, kAdmin);
  EXPECT_EQ(cycle().skipped.at(0).reason, "a computer works on its vault");
  world().release(a_, lease.id, Outcome::failed);
  EXPECT_EQ(cycle().skipped.at(0).reason, "a capture into its vault can be resumed");
  EXPECT_EQ(world().state(id), StoreState::due);
  world().pass(7 * kDay);
  EXPECT_TRUE(cycle().held_back);
  EXPECT_EQ(cycle().deleted.size(), 2U);
  EXPECT_FALSE(world().folders.has_vault(place(id)));
}

// An abandoned capture cannot pin a vault beyond a set time.
TEST_P(DeletionTest, AnAbandonedCaptureGoesAfterItsTime) {
  with_delay(0);
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  world().pass(901);
  EXPECT_EQ(cycle().expired_leases, 1);
  world().pass(7 * kDay - 1);
  EXPECT_THAT(cycle().deleted, IsEmpty());
  world().pass(1);
  EXPECT_THAT(cycle().deleted, ElementsAre(lease.store));
  EXPECT_FALSE(world().folders.has_vault(SiteWorld::place_of(lease)));
}

// Stopped at any moment, the next cycle comes to the same end.
TEST_P(DeletionTest, GoesOnAfterItWasStoppedAnywhere) {
  for (const char* stop : {"captures", "remove_vault", "remove_capture", "used_bytes"}) {
    SiteWorld other(GetParam());
    const MigrationPoint point = other.add_usual_point({.deletion_delay_minutes = 0});
    const Computer a = other.enrol("A");
    const std::string first = other.capture(a);
    const std::string second = other.capture(a);
    const VaultPlace where = {"/smp", store(other.site(), first).vault};
    discard_store(other.site(), first, true, kAdmin);
    struct Killed {};
    other.folders.before = [&](const std::string& step) {
      if (step == stop) throw Killed();
    };
    try {
      run_deletion_cycle(other.site(), point.id);
    } catch (const Killed&) {
      EXPECT_EQ(other.state(first), StoreState::deleting) << stop;
      EXPECT_EQ(code_of([&] { other.request_capture(a); }), ErrorCode::busy) << stop;
      EXPECT_EQ(code_of([&] { discard_store(other.site(), first, true, kAdmin); }), ErrorCode::refused) << stop;
    }
    other.folders.before = [](const std::string&) {};
    const Site again = Site::open(other.parts());
    run_deletion_cycle(again, point.id);
    EXPECT_EQ(other.state(first), StoreState::deleted) << stop;
    EXPECT_EQ(other.folders.first_missing(where, store(again, second).capture), std::nullopt) << stop;
  }
}

TEST_P(DeletionTest, WhatWasBegunGoesOnBeforeTheNextCycleAndNothingElse) {
  with_delay(0);
  const std::string begun = world().capture(a_);
  world().restore(a_);
  world().folders.folder("/smp").reachable = false;
  cycle();
  world().folders.folder("/smp").reachable = true;
  const Computer other = world().enrol("other");
  const std::string due = world().capture(other);
  discard_store(site(), due, true, kAdmin);
  EXPECT_THAT(finish_deletions(site()).deleted, ElementsAre(begun));
  EXPECT_EQ(world().state(begun), StoreState::deleted);
  EXPECT_EQ(world().state(due), StoreState::due);
  EXPECT_NO_THROW(world().request_capture(a_));
}

TEST_P(DeletionTest, AFolderThatCannotBeReachedIsTriedAgain) {
  with_delay(0);
  const std::string id = world().capture(a_);
  world().restore(a_);
  world().folders.folder("/smp").reachable = false;
  EXPECT_EQ(cycle().skipped.size(), 1U);
  EXPECT_EQ(world().state(id), StoreState::deleting);
  world().folders.folder("/smp").reachable = true;
  EXPECT_THAT(cycle().deleted, ElementsAre(id));
}

// (A computer may put any blob.) Nobody was restored from a backup, so nothing is left over.
TEST_P(DeletionTest, WhatOnlyClaimsToBeACaptureKeepsNothing) {
  with_delay(0);
  const std::string id = world().capture(a_);
  world().folders.complete(place(id), std::string(32, '0'), {}, 0);
  world().restore(a_);
  const CycleReport report = cycle();
  EXPECT_THAT(report.removed, ElementsAre(place(id).vault));
  EXPECT_FALSE(world().folders.has_vault(place(id)));
}

// The agent died after its capture was complete and before the release, and captured again.
TEST_P(DeletionTest, ACompleteCaptureThatWasNeverReleasedGoesWithItsStore) {
  with_delay(0);
  const Lease first = world().request_capture(a_).lease;
  world().write_capture(a_, first);
  world().pass(901);
  const Lease second = world().request_capture(a_).lease;
  ASSERT_EQ(second.store, first.store);
  world().release(a_, second.id, Outcome::captured, world().write_capture(a_, second));
  const std::string other = world().capture(a_);
  discard_store(site(), second.store, true, kAdmin);
  EXPECT_THAT(cycle().deleted, ElementsAre(second.store));
  EXPECT_EQ(world().folders.captures(place(other)).size(), 1U);
  EXPECT_EQ(world().folders.first_missing(place(other), store(site(), other).capture), std::nullopt);
}

// What earlier versions left behind for ever.
TEST_P(DeletionTest, AVaultWithoutAnyStoreGoes) {
  with_delay(0);
  const std::string id = world().capture(a_);
  world().database().write(
      [](Transaction& transaction) { transaction.execute("UPDATE stores SET state = 'deleted', deleted = 1"); });
  EXPECT_THAT(cycle().removed, ElementsAre(place(id).vault));
  EXPECT_FALSE(world().folders.has_vault(place(id)));
}

// The volume of the folder is not mounted: nothing counts as deleted that is still on it.
TEST_P(DeletionTest, WaitsForAFolderThatIsNotMounted) {
  with_delay(0);
  const std::string id = world().capture(a_);
  world().restore(a_);
  FakeVaultFolders::Folder& folder = world().folders.folder("/smp");
  const FakeVaultFolders::Folder volume = world().folders.unmount("/smp");
  EXPECT_EQ(cycle().skipped.size(), 1U);
  EXPECT_NE(world().state(id), StoreState::deleted);
  folder = volume;
  EXPECT_THAT(cycle().deleted, ElementsAre(id));
  EXPECT_FALSE(world().folders.has_vault(place(id)));
}

TEST_P(DeletionTest, TheKeyGoesWithTheVaultAndNotBefore) {
  with_delay(0);
  const std::string id = world().capture(a_);
  const auto wrapped = [&] {
    return world().database().read([](Transaction& transaction) {
      return transaction.query("SELECT wrapped_key FROM vaults").at(0).optional_text(0).has_value();
    });
  };
  world().restore(a_);
  EXPECT_TRUE(wrapped());
  cycle();
  EXPECT_FALSE(wrapped());
  EXPECT_EQ(world().request_capture(a_).lease.vault == place(id).vault, false);
}

TEST_P(DeletionTest, ACycleIsDueByItsTime) {
  with_delay(60);
  EXPECT_THAT(points_with_cycle_due(site()), ElementsAre(point_.id));
  cycle();
  EXPECT_THAT(points_with_cycle_due(site()), IsEmpty());
  world().pass(3599);
  EXPECT_THAT(points_with_cycle_due(site()), IsEmpty());
  world().pass(1);
  EXPECT_THAT(points_with_cycle_due(site()), ElementsAre(point_.id));
  cycle();
  world().pass(-100 * kDay);  // the clock was set right
  EXPECT_THAT(points_with_cycle_due(site()), ElementsAre(point_.id));
}

REHOME_OVER_BOTH_DATABASES(DeletionTest);

}  // namespace
}  // namespace rehome::site
