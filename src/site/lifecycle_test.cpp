// SPDX-License-Identifier: Apache-2.0
#include "site/lifecycle.h"

#include <fstream>
#include <sstream>

#include "tests/support/site_world.h"
#include "tests/support/source_folder.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;

class LifecycleTest : public TwoComputersTest {
 protected:
  void SetUp() override {
    TwoComputersTest::SetUp();
    if (IsSkipped()) return;
    c_ = world().enrol("C");
    point_ = world().add_usual_point();
  }
  /// A capture that its source left, complete or not, without a release.
  std::string abandoned(bool complete) {
    const Lease lease = world().request_capture(a_).lease;
    world().write_capture(a_, lease, complete);
    world().pass(901);
    expire_leases(site());
    return lease.store;
  }
  ClaimState claim(const std::string& id, const std::string& association) {
    for (const Claim& one : store(site(), id).claims) {
      if (one.association == association) return one.state;
    }
    ADD_FAILURE() << "no such claim";
    return ClaimState::waiting;
  }
  Computer c_;
  MigrationPoint point_;
};

// One table in code and one in the docs.
TEST(TransitionsTest, TheDocumentHasTheSameTable) {
  std::ifstream file(source_folder() / "docs/site-lifecycle.md");
  std::vector<std::string> documented;
  bool in_table = false;
  for (std::string line; std::getline(file, line);) {
    if (line == "|---|---|---|")
      in_table = true;
    else if (in_table && !line.starts_with('|'))
      break;
    else if (in_table)
      documented.push_back(line);
  }
  std::vector<std::string> coded;
  for (const Transition& row : transitions()) {
    coded.push_back("| " + std::string(name_of(row.from)) + " | " + std::string(name_of(row.event)) + " | " +
                    std::string(name_of(row.to)) + " |");
  }
  EXPECT_EQ(documented, coded);
}

TEST(TransitionsTest, NothingLeavesDeletedAndNoPairIsThereTwice) {
  std::set<std::pair<StoreState, StoreEvent>> seen;
  for (const Transition& row : transitions()) {
    EXPECT_NE(row.from, StoreState::deleted);
    EXPECT_TRUE(seen.emplace(row.from, row.event).second);
    EXPECT_EQ(store_state_of(name_of(row.from)), row.from);
  }
  EXPECT_EQ(next_state(StoreState::requested, StoreEvent::request_restore), std::nullopt);
  EXPECT_EQ(next_state(StoreState::captured, StoreEvent::finish_capture), std::nullopt);
}

// With several associations on one source the first release never deletes the others' data.
TEST_P(LifecycleTest, IsReleasedWhenEveryClaimIsClosed) {
  const std::string to_b = world().associate(a_, b_);
  const std::string to_c = world().associate(a_, c_);
  const std::string id = world().capture(a_);
  EXPECT_EQ(world().restore(b_).state, StoreState::captured);
  EXPECT_EQ(claim(id, to_b), ClaimState::restored);
  EXPECT_EQ(claim(id, to_c), ClaimState::waiting);
  EXPECT_EQ(store(site(), id).released, std::nullopt);
  EXPECT_EQ(world().restore(c_).state, StoreState::released);
  EXPECT_EQ(store(site(), id).due, world().clock.now().seconds + 86400);
}

TEST_P(LifecycleTest, TwoDestinationsRestoreAtTheSameTime) {
  world().associate(a_, b_);
  world().associate(a_, c_);
  world().capture(a_);
  const std::string at_b = world().request_restore(b_).lease.id;
  const std::string at_c = world().request_restore(c_).lease.id;
  EXPECT_EQ(world().release(b_, at_b, Outcome::restored).state, StoreState::restoring);
  EXPECT_EQ(world().release(c_, at_c, Outcome::failed).state, StoreState::captured);
  EXPECT_EQ(world().restore(c_).state, StoreState::released);
}

// C-L6, C-L11: the clock starts at the release of a successful restore and at nothing else.
TEST_P(LifecycleTest, AFailedRestoreStartsNoClock) {
  const std::string id = world().capture(a_);
  EXPECT_EQ(store(site(), id).due, std::nullopt);
  EXPECT_EQ(world().restore(a_, Outcome::failed).state, StoreState::captured);
  EXPECT_EQ(store(site(), id).released, std::nullopt);
  world().request_restore(a_);
  world().pass(901);
  expire_leases(site());
  EXPECT_EQ(world().state(id), StoreState::captured);
  EXPECT_EQ(world().restore(a_).state, StoreState::released);
  EXPECT_EQ(world().restore(a_, Outcome::failed).state, StoreState::captured);
  EXPECT_EQ(store(site(), id).released, std::nullopt);
}

// C-L9: never released, found and shown; can be released, resumed or discarded.
TEST_P(LifecycleTest, AnOrphanIsShownAndReleasedByAnAdministrator) {
  world().associate(a_, b_);
  const std::string id = abandoned(true);
  const auto shown = list_stores(site(), {}, {.state = StoreState::abandoned}).items;
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].id, id);
  EXPECT_EQ(shown[0].source_name, "A");
  EXPECT_EQ(release_by_administrator(site(), id, kAdmin).state, StoreState::captured);
  EXPECT_EQ(world().request_restore(b_).keys.size(), 2U);
}

TEST_P(LifecycleTest, AnIncompleteOrphanIsNotReleased) {
  const std::string id = abandoned(false);
  EXPECT_EQ(code_of([&] { release_by_administrator(site(), id, kAdmin); }), ErrorCode::incomplete);
  EXPECT_EQ(world().state(id), StoreState::abandoned);
}

TEST_P(LifecycleTest, AnOrphanIsGivenMoreTime) {
  const std::string id = abandoned(false);
  world().pass(6 * 86400);
  EXPECT_EQ(resume_store(site(), id, kAdmin).abandoned, world().clock.now().seconds);
  world().pass(6 * 86400);
  run_deletion_cycle(site(), point_.id);
  EXPECT_EQ(world().state(id), StoreState::abandoned);
  EXPECT_TRUE(world().request_capture(a_).lease.resume);
}

TEST_P(LifecycleTest, DiscardingSaysWhoWouldLoseIt) {
  world().associate(a_, b_);
  const std::string id = world().capture(a_);
  EXPECT_THAT(message_of([&] { discard_store(site(), id, false, kAdmin); }), HasSubstr("on B yet"));
  EXPECT_EQ(world().state(id), StoreState::captured);
  EXPECT_EQ(discard_store(site(), id, true, kAdmin).state, StoreState::due);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
}

TEST_P(LifecycleTest, WhatAComputerWorksOnIsLeftAlone) {
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease);
  EXPECT_EQ(code_of([&] { discard_store(site(), lease.store, true, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { release_by_administrator(site(), lease.store, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { resume_store(site(), lease.store, kAdmin); }), ErrorCode::refused);
  const std::string association = list_associations(site(), {}).items.at(0).id;
  world().release(a_, lease.id, Outcome::captured, store(site(), lease.store).capture);
  world().request_restore(a_);
  EXPECT_EQ(code_of([&] { discard_store(site(), lease.store, true, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { give_up_claim(site(), lease.store, association, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { retarget_store(site(), lease.store, "B", {}, kAlice); }), ErrorCode::refused);
}

// P-26, C-C7
TEST_P(LifecycleTest, IsPointedAtAnotherDestination) {
  world().associate(a_, b_);
  const std::string id = world().capture(a_);
  EXPECT_EQ(retarget_store(site(), id, "C", {}, kAlice).claims.at(0).destination, c_.id);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
  EXPECT_EQ(world().restore(c_).state, StoreState::released);
  // Restored, and the computer broke: to the next one.
  EXPECT_EQ(retarget_store(site(), id, "B", {}, kAlice).state, StoreState::captured);
  EXPECT_EQ(store(site(), id).released, std::nullopt);
  EXPECT_EQ(world().restore(b_).state, StoreState::released);
}

// C-C7: who is given a store may read it.
TEST_P(LifecycleTest, OnlyAnAdministratorWithTheRecoveryRightRetargets) {
  world().associate(a_, b_);
  const std::string id = world().capture(a_);
  const Account operator_with_right{"olga", Role::site_operator, true};
  for (const Account& by : {kOscar, kBob, operator_with_right}) {
    EXPECT_EQ(code_of([&] { retarget_store(site(), id, "C", {}, by); }), ErrorCode::refused) << by.user;
  }
  EXPECT_EQ(code_of([&] { world().request_restore(c_); }), ErrorCode::not_found);
}

TEST_P(LifecycleTest, RetargetingSeveralClaimsNeedsAName) {
  const std::string to_b = world().associate(a_, b_);
  world().associate(a_, c_);
  const std::string id = world().capture(a_);
  EXPECT_EQ(code_of([&] { retarget_store(site(), id, "A", {}, kAlice); }), ErrorCode::refused);
  retarget_store(site(), id, "A", to_b, kAlice);
  EXPECT_EQ(world().request_restore(a_).lease.store, id);
  import_computer(site(), {.name = "far", .site_code = "HQ1"}, kAdmin);
  EXPECT_EQ(code_of([&] { retarget_store(site(), id, "far", to_b, kAlice); }), ErrorCode::refused);
}

TEST_P(LifecycleTest, AClaimThatIsGivenUpClosesIt) {
  const std::string to_b = world().associate(a_, b_);
  const std::string to_c = world().associate(a_, c_);
  const std::string id = world().capture(a_);
  EXPECT_EQ(give_up_claim(site(), id, to_b, kAdmin).state, StoreState::captured);
  EXPECT_EQ(give_up_claim(site(), id, to_c, kAdmin).state, StoreState::released);
  EXPECT_EQ(code_of([&] { give_up_claim(site(), id, to_c, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
}

TEST_P(LifecycleTest, ListsBySearchStateAndSource) {
  const std::string of_a = world().capture(a_);
  world().capture(b_);
  EXPECT_EQ(list_stores(site(), {.search = "a"}).items.at(0).id, of_a);
  EXPECT_EQ(list_stores(site(), {}, {.source = b_.id}).items.size(), 1U);
  EXPECT_EQ(list_stores(site(), {}, {.state = StoreState::captured}).items.size(), 2U);
  EXPECT_TRUE(list_stores(site(), {.limit = 1}).more);
  EXPECT_EQ(store(site(), of_a).accounts.at(2).sid, "S-1-5-21-7");
  EXPECT_EQ(code_of([&] { store(site(), "s-none"); }), ErrorCode::not_found);
}

REHOME_OVER_BOTH_DATABASES(LifecycleTest);

}  // namespace
}  // namespace rehome::site
