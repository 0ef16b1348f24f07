// SPDX-License-Identifier: Apache-2.0
#include "site/associations.h"

#include "site/keys.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class AssociationsTest : public TwoComputersTest {
 protected:
  void SetUp() override {
    TwoComputersTest::SetUp();
    if (IsSkipped()) return;
    c_ = world().enrol("C");
  }
  ErrorCode refusal(const NewAssociation& wanted) {
    return code_of([&] { create_association(site(), wanted, kAdmin); });
  }
  Computer c_;
};

// S35, S40, S41, C-A1, C-A8, C-A3 (all accounts unless said otherwise), C-A9 (no date is no value): one source, one
// destination, both needed.
TEST_P(AssociationsTest, HasOneSourceAndOneDestination) {
  const Association made = create_association(site(), {.source = "a", .destination = "B"}, kAdmin);
  EXPECT_EQ(made.source, a_.id);
  EXPECT_EQ(made.behaviour, Behaviour::all);
  EXPECT_EQ(made.captured, std::nullopt);
  EXPECT_EQ(made.restored, std::nullopt);
  EXPECT_EQ(made.store_deleted, std::nullopt);
  EXPECT_EQ(made.destination_name, "B");
  EXPECT_EQ(made.kind, AssociationKind::side_by_side);
  EXPECT_EQ(made.site_code, "LAB");
  EXPECT_EQ(made.status, AssociationStatus::not_started);
  EXPECT_EQ(refusal({.source = "", .destination = "B"}), ErrorCode::not_found);
  EXPECT_EQ(refusal({.source = "A", .destination = ""}), ErrorCode::not_found);
  EXPECT_EQ(create_association(site(), {.source = a_.id, .destination = a_.id}, kAdmin).kind,
            AssociationKind::in_place);
}

// S36
TEST_P(AssociationsTest, ASourceMustBeEnrolledADestinationNeedNot) {
  import_computer(site(), {.name = "planned"}, kAdmin);
  EXPECT_EQ(refusal({.source = "planned", .destination = "B"}), ErrorCode::refused);
  EXPECT_EQ(create_association(site(), {.source = "A", .destination = "planned"}, kAdmin).destination_name, "planned");
}

// S38
TEST_P(AssociationsTest, StaysInsideOneSite) {
  import_computer(site(), {.name = "far", .site_code = "HQ1"}, kAdmin);
  EXPECT_THAT(message_of([&] { create_association(site(), {.source = "A", .destination = "far"}, kAdmin); }),
              HasSubstr("belongs to site HQ1"));
}

// S39
TEST_P(AssociationsTest, IsInvisibleAtAnyOtherSite) {
  const std::string id = world().associate(a_, b_);
  SiteWorld other(GetParam());
  EXPECT_TRUE(list_associations(other.site(), {}).items.empty());
  EXPECT_EQ(code_of([&] { association(other.site(), id); }), ErrorCode::not_found);
}

// C-A4
TEST_P(AssociationsTest, IsUniqueForEachOrderedPair) {
  world().associate(a_, b_);
  EXPECT_EQ(refusal({.source = "A", .destination = "B"}), ErrorCode::already_exists);
  world().associate(b_, a_);
}

// S42, C-A2: exactly three settings.
TEST_P(AssociationsTest, HasThreeSettingsForAccounts) {
  EXPECT_EQ(behaviour_of("all"), Behaviour::all);
  EXPECT_EQ(behaviour_of("restore-specified"), Behaviour::restore_specified);
  EXPECT_EQ(behaviour_of("specified"), Behaviour::specified);
  EXPECT_EQ(code_of([] { behaviour_of("some"); }), ErrorCode::invalid_argument);
}

// C-A12
TEST_P(AssociationsTest, NamesAccountsInFourForms) {
  const std::vector<std::string> accounts = {"anna", "LAB\\Carl", "S-1-5-21-1-2-3-1001", "1000"};
  EXPECT_EQ(association(site(), world().associate(a_, b_, Behaviour::restore_specified, accounts)).accounts, accounts);
  EXPECT_EQ(refusal({"A", "C", Behaviour::restore_specified, {}}), ErrorCode::invalid_argument);
  EXPECT_EQ(refusal({"A", "C", Behaviour::all, {"anna"}}), ErrorCode::invalid_argument);
  for (const char* bad : {"", "a\\b\\c", "\\b", "S-1-x", "a/b", "12345678901", "a\tb"}) {
    EXPECT_EQ(refusal({"A", "C", Behaviour::restore_specified, {bad}}), ErrorCode::invalid_argument) << bad;
  }
  EXPECT_EQ(refusal({"A", "C", Behaviour::restore_specified, {"anna", "anna"}}), ErrorCode::invalid_argument);
}

// S43, S44
TEST_P(AssociationsTest, AllAndRestoreSpecifiedAllowSeveralOnOneSource) {
  world().associate(a_, b_);
  world().associate(a_, c_, Behaviour::restore_specified, {"anna"});
  world().associate(a_, a_);
  EXPECT_EQ(list_associations(site(), {}, {.source = a_.id}).items.size(), 3U);
}

// S45
TEST_P(AssociationsTest, SpecifiedHasItsSourceToItself) {
  const std::string only = world().associate(a_, b_, Behaviour::specified, {"anna"});
  EXPECT_EQ(refusal({"A", "C", Behaviour::all, {}}), ErrorCode::refused);
  EXPECT_EQ(refusal({"A", "C", Behaviour::restore_specified, {"ben"}}), ErrorCode::refused);
  EXPECT_EQ(refusal({"A", "C", Behaviour::specified, {"ben"}}), ErrorCode::refused);
  change_association(site(), only, {.behaviour = Behaviour::all}, kAlice);
  world().associate(a_, c_);
  EXPECT_EQ(code_of([&] {
              change_association(site(), only, {.behaviour = Behaviour::specified, .accounts = {{"anna"}}}, kAlice);
            }),
            ErrorCode::refused);
}

// S45: an automatic one counts, one whose store is deleted does not.
TEST_P(AssociationsTest, WhatCountsForSpecified) {
  const MigrationPoint point = world().add_usual_point({.deletion_delay_minutes = 0});
  world().capture(a_);
  EXPECT_EQ(refusal({"A", "B", Behaviour::specified, {"anna"}}), ErrorCode::refused);
  world().restore(a_);
  EXPECT_EQ(refusal({"A", "B", Behaviour::specified, {"anna"}}), ErrorCode::refused);
  run_deletion_cycle(site(), point.id);
  world().associate(a_, b_, Behaviour::specified, {"anna"});
}

// S26, C-A5, C-A6, S15
TEST_P(AssociationsTest, TheFirstCaptureWithoutOneMakesAnInPlaceOne) {
  world().add_usual_point();
  const std::string store = world().capture(a_);
  const auto made = list_associations(site(), {}, {.source = a_.id}).items;
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].kind, AssociationKind::in_place);
  EXPECT_TRUE(made[0].automatic);
  EXPECT_EQ(made[0].store, store);
  world().associate(a_, b_);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
  EXPECT_EQ(world().request_restore(a_).lease.store, store);
}

// S45: what does not count when one is added takes nothing from it afterwards either.
TEST_P(AssociationsTest, AFinishedOneTakesNothingFromANewOne) {
  const MigrationPoint point = world().add_usual_point({.deletion_delay_minutes = 0});
  for (const auto& [behaviour, accounts] : std::vector<std::pair<Behaviour, std::vector<std::string>>>{
           {Behaviour::all, {}}, {Behaviour::restore_specified, {"ben"}}, {Behaviour::specified, {"ben"}}}) {
    const Computer source = world().enrol("source"), first = world().enrol("first"), second = world().enrol("second");
    const std::string finished = world().associate(source, first, Behaviour::specified, {"anna"});
    world().capture(source);
    world().restore(first);
    run_deletion_cycle(site(), point.id);
    world().pass(1);
    const std::string counting = world().associate(source, second, behaviour, accounts);
    const Lease lease = world().request_capture(source).lease;
    EXPECT_EQ(lease.behaviour, behaviour == Behaviour::specified ? Behaviour::specified : Behaviour::all);
    EXPECT_EQ(lease.accounts, behaviour == Behaviour::specified ? accounts : std::vector<std::string>());
    const std::string written = world().write_capture(source, lease);
    world().release(source, lease.id, Outcome::captured, written);
    ASSERT_EQ(store(site(), lease.store).claims.size(), 1U);
    EXPECT_EQ(store(site(), lease.store).claims[0].association, counting);
    EXPECT_EQ(world().request_restore(second).lease.store, lease.store);
    EXPECT_EQ(code_of([&] { world().request_restore(first); }), ErrorCode::not_found);
    EXPECT_EQ(association(site(), finished).status, AssociationStatus::completed);
  }
}

// Where nothing else is, a finished one is captured for again; it needs no second association.
TEST_P(AssociationsTest, AFinishedOneIsCapturedForAgain) {
  const MigrationPoint point = world().add_usual_point({.deletion_delay_minutes = 0});
  world().associate(a_, b_, Behaviour::specified, {"anna"});
  for (int round = 0; round < 2; ++round) {
    const std::string store = world().capture(a_);
    EXPECT_EQ(world().request_restore(b_).lease.accounts, std::vector<std::string>{"anna"});
    EXPECT_EQ(world().restore(b_).state, StoreState::released) << store;
    run_deletion_cycle(site(), point.id);
  }
  EXPECT_EQ(list_associations(site(), {}).items.size(), 1U);
}

// A capture never belongs to a deleted association alone: it ends, and who asks again captures for who is there then.
TEST_P(AssociationsTest, DeletingEndsACaptureThatNobodyElseHasAClaimOn) {
  const MigrationPoint point = world().add_usual_point();
  const std::string id = world().associate(a_, b_, Behaviour::specified, {"anna"});
  const Lease lease = world().request_capture(a_).lease;
  const std::string written = world().write_capture(a_, lease);
  delete_association(site(), id, true, kAdmin);
  EXPECT_EQ(code_of([&] { world().release(a_, lease.id, Outcome::captured, written); }), ErrorCode::not_found);
  EXPECT_EQ(world().state(lease.store), StoreState::abandoned);
  const Lease again = world().request_capture(a_).lease;
  EXPECT_EQ(again.store, lease.store);
  EXPECT_EQ(again.behaviour, Behaviour::all);
  EXPECT_TRUE(again.accounts.empty());
  world().release(a_, again.id, Outcome::captured, world().write_capture(a_, again));
  world().pass(40 * 86400);
  run_deletion_cycle(site(), point.id);
  run_deletion_cycle(site(), point.id);
  EXPECT_EQ(code_of([&] { association(site(), id); }), ErrorCode::not_found);  // forgotten
  EXPECT_EQ(world().state(lease.store), StoreState::captured);
  EXPECT_EQ(world().request_restore(a_).lease.store, lease.store);
}

TEST_P(AssociationsTest, DeletingLeavesACaptureThatAnotherHasAClaimOn) {
  world().add_usual_point();
  const std::string id = world().associate(a_, b_);
  world().associate(a_, c_);
  const Lease lease = world().request_capture(a_).lease;
  const std::string written = world().write_capture(a_, lease);
  delete_association(site(), id, true, kAdmin);
  EXPECT_EQ(world().request_capture(a_).lease.id, lease.id);
  EXPECT_EQ(list_associations(site(), {}).items.size(), 1U);  // nobody stands in
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, written).state, StoreState::captured);
}

// C-L9: what an administrator makes available has somebody who may restore it.
TEST_P(AssociationsTest, AnAbandonedCaptureOfADeletedOneIsReleasedForItsSource) {
  world().add_usual_point();
  const std::string id = world().associate(a_, b_);
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease);
  delete_association(site(), id, true, kAdmin);
  release_by_administrator(site(), lease.store, kAdmin);
  EXPECT_EQ(world().request_restore(a_).lease.store, lease.store);
}

// C-A10, C-C6, C-L1; C-L10: completed by the release of the restore, while the store may still be there.
TEST_P(AssociationsTest, ShowsWhatBecameOfItsStore) {
  const MigrationPoint point = world().add_usual_point({.deletion_delay_minutes = 0});
  const std::string id = world().associate(a_, b_);
  const std::string store = world().capture(a_);
  EXPECT_EQ(association(site(), id).status, AssociationStatus::in_progress);
  EXPECT_EQ(association(site(), id).captured, world().clock.now().seconds);
  world().restore(b_);
  EXPECT_EQ(association(site(), id).status, AssociationStatus::completed);
  EXPECT_EQ(association(site(), id).restored, world().clock.now().seconds);
  EXPECT_EQ(association(site(), id).store_deleted, std::nullopt);
  run_deletion_cycle(site(), point.id);
  EXPECT_EQ(association(site(), id).store, store);
  EXPECT_EQ(association(site(), id).store_deleted, world().clock.now().seconds);
}

// C-A14, C-C3
TEST_P(AssociationsTest, CanBeChanged) {
  const std::string id = world().associate(a_, b_, Behaviour::restore_specified, {"anna", "ben"});
  EXPECT_THAT(change_association(site(), id, {.accounts = {{"ben"}}}, kAlice).accounts, ElementsAre("ben"));
  EXPECT_EQ(code_of([&] { change_association(site(), id, {.accounts = {{}}}, kAlice); }), ErrorCode::invalid_argument);
  EXPECT_TRUE(change_association(site(), id, {.behaviour = Behaviour::all}, kAlice).accounts.empty());
}

// C-C3, C-C7: of what was captured already, nobody gets more than he was to get.
TEST_P(AssociationsTest, GivingMoreOfACaptureThatIsThereNeedsTheRecoveryRight) {
  world().add_usual_point();
  const std::string id = world().associate(a_, b_, Behaviour::restore_specified, {"anna", "ben"});
  change_association(site(), id, {.accounts = {{"anna", "LAB\\Carl"}}}, kOscar);
  change_association(site(), id, {.accounts = {{"anna", "ben"}}}, kOscar);
  world().capture(a_);
  change_association(site(), id, {.accounts = {{"anna"}}}, kOscar);
  for (const AssociationChange& more :
       {AssociationChange{.behaviour = Behaviour::all}, AssociationChange{.accounts = {{"anna", "ben"}}}}) {
    EXPECT_EQ(code_of([&] { change_association(site(), id, more, kBob); }), ErrorCode::refused);
  }
  EXPECT_EQ(world().request_restore(b_).known_accounts.size(), 1U);
  EXPECT_EQ(change_association(site(), id, {.accounts = {{"anna", "ben"}}}, kAlice).accounts.size(), 2U);
}

// C-C4: deleting asks, can be taken back, and never takes the way to the data.
TEST_P(AssociationsTest, DeletingWithAnUnrestoredStoreAsksAndIsSoft) {
  world().add_usual_point();
  const std::string id = world().associate(a_, b_);
  const std::string store = world().capture(a_);
  EXPECT_THAT(message_of([&] { delete_association(site(), id, false, kAdmin); }),
              ::testing::AllOf(HasSubstr(store), HasSubstr("12 objects"), HasSubstr("30 days")));
  delete_association(site(), id, true, kAdmin);
  EXPECT_TRUE(list_associations(site(), {}).items.empty());
  EXPECT_EQ(list_associations(site(), {}, {.with_deleted = true}).items.size(), 1U);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
  const Account auditor{"alice", Role::viewer, true};
  EXPECT_EQ(recovery_information(site(), id, auditor, "test").vault_key.size(), 32U);
  undelete_association(site(), id, kAdmin);
  EXPECT_EQ(world().request_restore(b_).lease.store, store);
}

TEST_P(AssociationsTest, DeletingEndsARestoreThatRuns) {
  world().add_usual_point();
  const std::string id = world().associate(a_, b_);
  const std::string store = world().capture(a_);
  const Lease lease = world().request_restore(b_).lease;
  const Client client = SiteWorld::client(b_);
  ASSERT_TRUE(blob_grant(site(), client, lease.id, lease.vault));
  delete_association(site(), id, true, kAdmin);
  EXPECT_FALSE(blob_grant(site(), client, lease.id, lease.vault));
  EXPECT_EQ(code_of([&] { keep_lease(site(), client, lease.id, {}); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
  EXPECT_EQ(world().state(store), StoreState::captured);
}

TEST_P(AssociationsTest, OnlyWhenItsTimeIsOverAreItsClaimsGivenUp) {
  const MigrationPoint point = world().add_usual_point();
  const std::string id = world().associate(a_, b_);
  const std::string store = world().capture(a_);
  delete_association(site(), id, true, kAdmin);
  world().pass(30 * 86400 - 1);
  run_deletion_cycle(site(), point.id);
  EXPECT_EQ(world().state(store), StoreState::captured);
  world().pass(1);
  EXPECT_EQ(run_deletion_cycle(site(), point.id).purged_associations, 1);
  EXPECT_EQ(world().state(store), StoreState::released);
  EXPECT_EQ(code_of([&] { association(site(), id); }), ErrorCode::not_found);
}

TEST_P(AssociationsTest, OneWithoutAStoreIsDeletedWithoutAsking) {
  const std::string id = world().associate(a_, b_);
  delete_association(site(), id, false, kAdmin);
  EXPECT_EQ(code_of([&] { delete_association(site(), id, false, kAdmin); }), ErrorCode::not_found);
  world().associate(a_, b_);
  EXPECT_EQ(code_of([&] { undelete_association(site(), id, kAdmin); }), ErrorCode::already_exists);
}

// S41, C-C5: searchable by both names.
TEST_P(AssociationsTest, ListsBySearchAndFilter) {
  const std::string ab = world().associate(a_, b_);
  world().associate(c_, a_);
  EXPECT_EQ(list_associations(site(), {.search = "b"}).items.at(0).id, ab);
  EXPECT_EQ(list_associations(site(), {.search = "a"}).items.size(), 2U);
  EXPECT_EQ(list_associations(site(), {}, {.destination = a_.id}).items.size(), 1U);
  EXPECT_TRUE(list_associations(site(), {.limit = 1}).more);
}

REHOME_OVER_BOTH_DATABASES(AssociationsTest);

}  // namespace
}  // namespace rehome::site
