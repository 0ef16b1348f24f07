// SPDX-License-Identifier: Apache-2.0
#include "site/requests.h"

#include "base/codec/derive.h"
#include "base/codec/hash.h"
#include "site/audit.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class RequestsTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    if (IsSkipped()) return;
    a_ = world().enrol("A");
    b_ = world().enrol("B");
  }
  std::string refusal(const Computer& computer, std::uint64_t bytes = kGigabyte) {
    return message_of([&] { world().request_capture(computer, bytes); });
  }
  Computer a_, b_;
};

// S6, S14: without a migration point, and without a usable folder, nothing begins.
TEST_P(RequestsTest, WithoutAMigrationPointThereIsNoCapture) {
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::not_found);
  const MigrationPoint point = world().add_point("smp1");
  EXPECT_THAT(refusal(a_), HasSubstr("no state migration point"));
  world().add_folder(point, "/smp");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/smp");
  EXPECT_EQ(list_stores(site(), {}).items.size(), 1U);
}

// S17, C-L2, C-K1, C-K3: the source gets place and key.
TEST_P(RequestsTest, ACaptureGetsAPlaceAndAKey) {
  const MigrationPoint point = world().add_usual_point();
  const CaptureLease granted = world().request_capture(a_);
  EXPECT_EQ(granted.lease.point, point.id);
  EXPECT_EQ(granted.lease.vault.size(), 32U);
  EXPECT_EQ(granted.vault_key.size(), 32U);
  EXPECT_EQ(granted.recovery_key, SiteWorld::recovery_key());
  EXPECT_EQ(granted.lease.heartbeat_seconds, 60);
  EXPECT_EQ(granted.lease.lease_seconds, 900);
  EXPECT_TRUE(granted.lease.in_place);
  EXPECT_FALSE(granted.lease.resume);
  EXPECT_EQ(world().state(granted.lease.store), StoreState::requested);
}

// S2, S11, S17, S19, S20, S24, S37, C-L3…C-L6: the main job, A to B.
TEST_P(RequestsTest, CapturedOnOneComputerRestoredOnAnother) {
  world().add_usual_point();
  world().associate(a_, b_);
  const CaptureLease granted = world().request_capture(a_);
  const std::string store = granted.lease.store;
  const std::string capture = world().write_capture(a_, granted.lease);
  EXPECT_EQ(world().state(store), StoreState::capturing);
  EXPECT_EQ(world().release(a_, granted.lease.id, Outcome::captured, capture).state, StoreState::captured);

  const RestoreLease restore = world().request_restore(b_);
  EXPECT_EQ(restore.lease.store, store);
  EXPECT_EQ(restore.capture, capture);
  EXPECT_FALSE(restore.lease.in_place);
  EXPECT_EQ(world().state(store), StoreState::restoring);
  EXPECT_EQ(world().release(b_, restore.lease.id, Outcome::restored).state, StoreState::released);
}

// S3, S25: the same computer, with an SMP between.
TEST_P(RequestsTest, CapturedAndRestoredOnTheSameComputer) {
  world().add_usual_point();
  world().capture(a_);
  const RestoreLease restore = world().request_restore(a_);
  EXPECT_TRUE(restore.lease.in_place);
  EXPECT_EQ(world().release(a_, restore.lease.id, Outcome::restored).state, StoreState::released);
}

// S24: also across a restart of the site.
TEST_P(RequestsTest, TheStoreIsKeptWhenTheSiteIsOpenedAgain) {
  world().add_usual_point();
  const std::string store = world().capture(a_);
  const Site again = Site::open(world().parts());
  EXPECT_EQ(request_restore(again, SiteWorld::client(a_)).lease.store, store);
}

// S30
TEST_P(RequestsTest, ClientAfterTheLastPlaceIsNotGivenThatFolder) {
  const MigrationPoint point = world().add_point("smp1");
  const std::string first = world().add_folder(point, "/first", 1).id;
  const std::string second = world().add_folder(point, "/second", 1).id;
  const Computer c = world().enrol("C");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/first");
  EXPECT_EQ(world().request_capture(b_).lease.folder_path, "/second");
  EXPECT_THAT(refusal(c),
              AllOf(HasSubstr(first + " of smp1: all 1 client"), HasSubstr(second + " of smp1: all 1 client")));
}

// S30: a client is a source with a store that is not deleted.
TEST_P(RequestsTest, APlaceIsFreeAgainWhenTheStoreIsDeleted) {
  const MigrationPoint point = world().add_point("smp1", {.deletion_delay_minutes = 0});
  world().add_folder(point, "/smp", 1);
  world().capture(a_);
  world().capture(a_);
  EXPECT_THAT(refusal(b_), HasSubstr("client places"));
  world().restore(a_);
  const auto stores = list_stores(site(), {.limit = 10}).items;
  for (const Store& one : stores) {
    if (one.state == StoreState::captured) discard_store(site(), one.id, true, kAdmin);
  }
  run_deletion_cycle(site(), point.id);
  EXPECT_EQ(world().request_capture(b_).lease.folder_path, "/smp");
}

// S31, C-F1
TEST_P(RequestsTest, AFolderBelowItsThresholdIsSkipped) {
  const MigrationPoint point = world().add_point("smp1");
  const Folder first = world().add_folder(point, "/first");
  world().add_folder(point, "/second");
  world().folders.folder("/first").space.free_bytes = 2 * kGigabyte;
  EXPECT_EQ(world().request_capture(a_, kGigabyte + 1).lease.folder_path, "/second");
  FolderSettings settings = first.settings;
  settings.minimum_free = {50, SpaceUnit::percent};
  world().folders.folder("/first").space = {.free_bytes = 100 * kGigabyte, .total_bytes = 200 * kGigabyte};
  change_folder(site(), first.id, settings, kAdmin);
  EXPECT_EQ(world().request_capture(b_, 1000).lease.folder_path, "/second");
}

// Unlike C-F2: what was promised is not promised again.
TEST_P(RequestsTest, ARequestReservesItsSpaceUntilItExpires) {
  world().add_usual_point();
  world().request_capture(a_, 60 * kGigabyte);
  EXPECT_THAT(refusal(b_, 60 * kGigabyte), HasSubstr("reserved"));
  world().pass(901);
  const Lease lease = world().request_capture(b_, 60 * kGigabyte).lease;
  EXPECT_EQ(lease.folder_path, "/smp");
  EXPECT_EQ(list_stores(site(), {}, {.source = a_.id}).items.at(0).state, StoreState::deleted);
}

// Heartbeats alone do not keep a place for ever.
TEST_P(RequestsTest, AReservationThatIsNotUsedExpires) {
  world().add_usual_point();
  const Lease unused = world().request_capture(a_).lease;
  const Lease used = world().request_capture(b_).lease;
  world().write_capture(b_, used, false);
  const auto keep_for = [&](std::int64_t seconds) {
    for (std::int64_t passed = 0; passed < seconds; passed += 600) {
      world().pass(600);
      keep_lease(site(), SiteWorld::client(a_), unused.id, {});
      keep_lease(site(), SiteWorld::client(b_), used.id, {});
    }
  };
  keep_for(86400);
  EXPECT_EQ(expire_leases(site()), 0);
  world().pass(1);
  EXPECT_EQ(expire_leases(site()), 1);
  EXPECT_EQ(world().state(unused.store), StoreState::deleted);
  EXPECT_EQ(world().state(used.store), StoreState::capturing);
}

// What a source says of itself is text for the records, whatever bytes it has, and each account has one number.
TEST_P(RequestsTest, TextsOfASourceAreTidied) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease);
  Release release{.outcome = Outcome::captured,
                  .capture = capture,
                  .accounts = {{.number = 1, .name = "an\x1b\xff"}, {.number = 1, .name = "ben"}},
                  .message = std::string(1023, 'x') + "\u00e4"};
  const auto do_release = [&] { release_lease(site(), SiteWorld::client(a_), lease.id, release); };
  EXPECT_EQ(code_of(do_release), ErrorCode::invalid_argument);
  release.accounts.pop_back();
  do_release();
  const Store shown = store(site(), lease.store);
  EXPECT_EQ(shown.accounts.at(0).name, "an ?");
  EXPECT_EQ(shown.message, std::string(1023, 'x'));
}

TEST_P(RequestsTest, WhatWasWrittenIsNoLongerReserved) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_, 60 * kGigabyte).lease;
  world().write_capture(a_, lease, false);
  keep_lease(site(), SiteWorld::client(a_), lease.id, {.phase = "capture", .bytes = 50 * (std::int64_t{1} << 30)});
  world().folders.folder("/smp").space.free_bytes -= 50 * kGigabyte;
  EXPECT_EQ(world().request_capture(b_, 30 * kGigabyte).lease.folder_path, "/smp");
}

// What is promised in one folder is gone for all on its volume, also of another migration point.
TEST_P(RequestsTest, FoldersOfOneVolumeDoNotPromiseTheSameSpace) {
  world().add_usual_point();
  world().add_folder(world().add_point("smp2"), "/other");
  for (const char* path : {"/smp", "/other"}) world().folders.folder(path).space.volume = 7;
  EXPECT_EQ(world().request_capture(a_, 60 * kGigabyte).lease.folder_path, "/smp");
  EXPECT_THAT(refusal(b_, 60 * kGigabyte), HasSubstr("on its volume 61440 MB are reserved"));
  EXPECT_EQ(world().request_capture(b_, 30 * kGigabyte).lease.folder_path, "/smp");
}

TEST_P(RequestsTest, FoldersOfSeveralVolumesHaveTheirOwnSpace) {
  world().add_usual_point();
  world().add_folder(world().add_point("smp2"), "/other");
  world().folders.folder("/smp").space.volume = 7;
  world().folders.folder("/other").space.volume = 8;
  EXPECT_EQ(world().request_capture(a_, 60 * kGigabyte).lease.folder_path, "/smp");
  EXPECT_EQ(world().request_capture(b_, 60 * kGigabyte).lease.folder_path, "/other");
}

// Which folder, and why, but not where on the server: that is for its log and administrators.
TEST_P(RequestsTest, NoRoomIsToldWithoutPaths) {
  const MigrationPoint point = world().add_point("smp1");
  const std::string gone = world().add_folder(point, "/srv/gone").id;
  const std::string full = world().add_folder(point, "/srv/full").id;
  world().folders.folder("/srv/gone").reachable = false;
  try {
    world().request_capture(a_, 500 * kGigabyte);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.message(), AllOf(HasSubstr(gone), HasSubstr(full), HasSubstr("smp1"), Not(HasSubstr("/srv"))));
    EXPECT_THAT(error.what(), AllOf(HasSubstr("/srv/gone"), HasSubstr("/srv/full")));
  }
}

TEST_P(RequestsTest, HugeClaimsDoNotWrapAround) {
  world().add_usual_point();
  EXPECT_THAT(refusal(a_, ~std::uint64_t{0}), HasSubstr("are needed"));
}

// S34, C-S7; C-F3: a restore goes where the state is, not where a capture would go.
TEST_P(RequestsTest, ARestoreOnlyPointStillRestores) {
  const MigrationPoint point = world().add_usual_point();
  world().associate(a_, b_);
  const std::string store = world().capture(a_);
  change_migration_point(site(), point.id, {.restore_only = true}, kAdmin);
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::refused);
  const MigrationPoint open = world().add_point("smp2");
  world().add_folder(open, "/other");
  EXPECT_EQ(world().request_capture(world().enrol("C")).lease.point, open.id);
  const Lease restore = world().request_restore(b_).lease;
  EXPECT_EQ(restore.store, store);
  EXPECT_EQ(restore.point, point.id);
}

TEST_P(RequestsTest, AFolderThatCannotBeReachedIsSkippedAndNamed) {
  const MigrationPoint point = world().add_point("smp1");
  world().add_folder(point, "/first");
  world().folders.folder("/first").reachable = false;
  EXPECT_THAT(refusal(a_), HasSubstr("cannot be reached"));
  world().add_folder(point, "/second");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/second");
}

// The folder that holds the computer's vault comes first.
TEST_P(RequestsTest, ASecondCaptureGoesToTheSameVault) {
  const MigrationPoint point = world().add_point("smp1");
  world().add_folder(point, "/first", 1);
  world().add_folder(point, "/second");
  world().capture(b_);
  const Lease lease = world().request_capture(a_).lease;
  EXPECT_EQ(lease.folder_path, "/second");
  world().release(a_, lease.id, Outcome::captured, world().write_capture(a_, lease));
  FolderSettings settings = migration_point(site(), point.id).folders.at(0).settings;
  settings.most_clients = 5;
  change_folder(site(), migration_point(site(), point.id).folders.at(0).id, settings, kAdmin);
  EXPECT_EQ(world().request_capture(a_).lease.vault, lease.vault);
}

// C-F4, C-S8
TEST_P(RequestsTest, PointsOfTheComputersNetworkComeFirst) {
  world().add_folder(world().add_point("anywhere"), "/anywhere");
  world().add_folder(world().add_point("elsewhere", {.networks = {"192.168.0.0/16"}}), "/elsewhere");
  world().add_folder(world().add_point("near", {.networks = {"10.0.0.0/8"}}), "/near");
  world().add_folder(world().add_point("nearer", {.networks = {"10.1.2.0/24"}}), "/nearer");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/nearer");
}

TEST_P(RequestsTest, APointWithoutFallbackServesItsNetworksOnly) {
  world().add_folder(world().add_point("elsewhere", {.networks = {"192.168.0.0/16"}, .fallback = false}), "/elsewhere");
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::not_found);
}

// Against C-R9
TEST_P(RequestsTest, AQuotaLimitsOneComputer) {
  world().add_usual_point();
  change_computer(site(), a_.id, {.quota_bytes = 1500}, kAdmin);
  EXPECT_THAT(refusal(a_, 1501), HasSubstr("may store 1500 bytes"));
  const Lease lease = world().request_capture(a_, 1500).lease;
  const auto grant = blob_grant(site(), SiteWorld::client(a_), lease.id, lease.vault);
  EXPECT_EQ(grant->quota_left, 1500);
  world().release(a_, lease.id, Outcome::captured, world().write_capture(a_, lease));
  const Lease second = world().request_capture(a_, 1500).lease;
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(a_), second.id, second.vault)->quota_left, 500);
}

TEST_P(RequestsTest, WhoAsksAgainGetsTheSameLease) {
  world().add_usual_point();
  const CaptureLease first = world().request_capture(a_);
  const CaptureLease again = world().request_capture(a_);
  EXPECT_EQ(again.lease.id, first.lease.id);
  EXPECT_TRUE(equal_in_constant_time(again.vault_key.view(), first.vault_key.view()));
  EXPECT_EQ(code_of([&] { world().request_restore(a_); }), ErrorCode::busy);
  world().release(a_, first.lease.id, Outcome::captured, world().write_capture(a_, first.lease));
  const RestoreLease restore = world().request_restore(a_);
  EXPECT_EQ(world().request_restore(a_).lease.id, restore.lease.id);
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::busy);
}

TEST_P(RequestsTest, HeartbeatsKeepALease) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  for (int minute = 0; minute < 60; ++minute) {
    world().pass(600);
    EXPECT_EQ(keep_lease(site(), SiteWorld::client(a_), lease.id, {.phase = "capture", .objects = minute}), 900);
    EXPECT_EQ(expire_leases(site()), 0);
  }
  EXPECT_EQ(store(site(), lease.store).leases.at(0).objects, 59);
  world().pass(901);
  EXPECT_EQ(expire_leases(site()), 1);
  EXPECT_EQ(world().state(lease.store), StoreState::abandoned);
  EXPECT_EQ(code_of([&] { keep_lease(site(), SiteWorld::client(a_), lease.id, {}); }), ErrorCode::not_found);
}

TEST_P(RequestsTest, AnAbandonedCaptureIsResumed) {
  world().add_usual_point();
  const Lease first = world().request_capture(a_).lease;
  world().write_capture(a_, first, false);
  EXPECT_EQ(world().release(a_, first.id, Outcome::failed).state, StoreState::abandoned);
  const Lease again = world().request_capture(a_).lease;
  EXPECT_TRUE(again.resume);
  EXPECT_EQ(again.store, first.store);
  EXPECT_EQ(again.vault, first.vault);
  EXPECT_NE(again.id, first.id);
}

// S20, C-L3: until the release nothing is there for the destination.
TEST_P(RequestsTest, NoRestoreBeforeTheReleaseOfTheCapture) {
  world().add_usual_point();
  world().associate(a_, b_);
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::not_found);
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease);
  EXPECT_THAT(message_of([&] { world().request_restore(b_); }), HasSubstr("not released yet"));
}

TEST_P(RequestsTest, AnIncompleteCaptureIsAbandonedByItsRelease) {
  world().add_usual_point();
  world().associate(a_, b_);
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease, false);
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, capture).state, StoreState::abandoned);
  EXPECT_THAT(store(site(), lease.store).message, HasSubstr("not complete"));
  EXPECT_EQ(code_of([&] { world().request_restore(b_); }), ErrorCode::refused);
}

TEST_P(RequestsTest, ACaptureWithAMissingPackIsAbandoned) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease);
  world().folders.complete(SiteWorld::place_of(lease), capture, {"nowhere"});
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, capture).state, StoreState::abandoned);
}

// "capture twice": one release of one lease, and one store of one capture.
TEST_P(RequestsTest, ACaptureIsReleasedOnce) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease);
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, capture).state, StoreState::captured);
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, capture).state, StoreState::captured);
  EXPECT_EQ(code_of([&] { world().release(a_, lease.id, Outcome::abandoned); }), ErrorCode::not_found);
  const Lease second = world().request_capture(a_).lease;
  world().write_capture(a_, second);
  EXPECT_EQ(code_of([&] { world().release(a_, second.id, Outcome::captured, capture); }), ErrorCode::refused);
  EXPECT_EQ(world().state(second.store), StoreState::capturing);
}

// What is late would tidy beside the next capture into the vault.
TEST_P(RequestsTest, TwoReleasesOfOneLeaseDoNotRunBesideEachOther) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease);
  const auto release = [&] { return world().release(a_, lease.id, Outcome::captured, capture).state; };
  int looks = 0;
  world().folders.before = [&](const std::string& step) {
    if (step != "first_missing" || ++looks > 1) return;
    EXPECT_EQ(code_of(release), ErrorCode::busy);
  };
  EXPECT_EQ(release(), StoreState::captured);
  EXPECT_EQ(release(), StoreState::captured);
  EXPECT_EQ(looks, 1);
}

TEST_P(RequestsTest, ACaptureIsNamedAsCapturesAre) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease);
  bool looked = false;
  world().folders.before = [&](const std::string&) { looked = true; };
  for (const std::string& bad : {std::string(), std::string("../../other/vault"), std::string(32, 'E')}) {
    EXPECT_EQ(code_of([&] { world().release(a_, lease.id, Outcome::captured, bad); }), ErrorCode::invalid_argument);
  }
  EXPECT_FALSE(looked);
  EXPECT_EQ(world().state(lease.store), StoreState::capturing);
}

// No lease lasts longer than the setting says, whatever the clock said when it was given.
TEST_P(RequestsTest, AClockThatIsPutBackKeepsNoLease) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  world().pass(-365 * 86400);
  EXPECT_EQ(expire_leases(site()), 0);
  EXPECT_EQ(world().state(lease.store), StoreState::capturing);
  world().pass(901);
  EXPECT_EQ(expire_leases(site()), 1);
  EXPECT_EQ(world().state(lease.store), StoreState::abandoned);
  EXPECT_EQ(read_audit(site(), last_audit_number(site()) - 1, 1).at(0).what, "lease expired");
}

// A clock that jumps ahead ends leases; who asks again goes on with what there is.
TEST_P(RequestsTest, AClockThatJumpsAheadLosesNothing) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  world().pass(365 * 86400);
  const Lease again = world().request_capture(a_).lease;
  EXPECT_EQ(again.store, lease.store);
  EXPECT_TRUE(again.resume);
}

TEST_P(RequestsTest, NothingWrittenIsNothingCaptured) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  EXPECT_EQ(world().release(a_, lease.id, Outcome::captured, std::string(32, 'a')).state, StoreState::deleted);
}

TEST_P(RequestsTest, ALeaseIsReleasedForWhatItIs) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  EXPECT_EQ(code_of([&] { world().release(a_, lease.id, Outcome::restored); }), ErrorCode::refused);
}

// "release of a stranger's store"
TEST_P(RequestsTest, AStrangersLeaseAnswersNobody) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_).lease;
  EXPECT_EQ(code_of([&] { world().release(b_, lease.id, Outcome::abandoned); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { keep_lease(site(), SiteWorld::client(b_), lease.id, {}); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { world().release(b_, "l-nobody", Outcome::abandoned); }), ErrorCode::not_found);
  EXPECT_EQ(world().state(lease.store), StoreState::requested);
}

// C-F6, C-F7: a lease answers only to the way in which it was asked for.
TEST_P(RequestsTest, ANetworkAccessTokenDoesNotReachWhatACertificateGot) {
  world().add_usual_point();
  const Client weak{.computer = a_.id, .address = "10.1.2.3", .network_token = "t-1"};
  const std::string store = world().capture(a_);
  const std::string vault = site::store(site(), store).vault;
  const Lease lease = request_capture(site(), weak, 1000).lease;
  EXPECT_NE(lease.vault, vault);
  EXPECT_FALSE(blob_grant(site(), SiteWorld::client(a_), lease.id, lease.vault));
  EXPECT_TRUE(blob_grant(site(), weak, lease.id, lease.vault));
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::busy);
}

// S43
TEST_P(RequestsTest, AllAccountsArriveOnBothDestinations) {
  world().add_usual_point();
  const Computer c = world().enrol("C");
  world().associate(a_, b_);
  world().associate(a_, c);
  const std::string store = world().capture(a_);
  for (const Computer& destination : {b_, c}) {
    const RestoreLease restore = world().request_restore(destination);
    EXPECT_EQ(restore.lease.store, store);
    EXPECT_TRUE(restore.lease.accounts.empty());
    EXPECT_EQ(restore.keys.size(), 4U);  // three accounts and the system
  }
}

// S44: everything is captured, each destination gets the keys of its accounts and no others.
TEST_P(RequestsTest, EachDestinationGetsItsAccountsOnly) {
  world().add_usual_point();
  const Computer c = world().enrol("C");
  world().associate(a_, b_, Behaviour::restore_specified, {"anna", "nobody"});
  world().associate(a_, c, Behaviour::restore_specified, {"1001", "lab\\carl"});
  const CaptureLease granted = world().request_capture(a_);
  EXPECT_EQ(granted.lease.behaviour, Behaviour::all);
  EXPECT_TRUE(granted.lease.accounts.empty());
  world().release(a_, granted.lease.id, Outcome::captured, world().write_capture(a_, granted.lease));
  const RestoreLease at_b = world().request_restore(b_);
  const RestoreLease at_c = world().request_restore(c);
  ASSERT_EQ(at_b.keys.size(), 1U);
  EXPECT_EQ(at_b.keys[0].number, 1U);
  EXPECT_EQ(at_b.known_accounts.at(0).name, "anna");
  ASSERT_EQ(at_c.keys.size(), 2U);
  EXPECT_EQ(at_c.keys[0].number, 2U);
  EXPECT_EQ(at_c.keys[1].number, 3U);
  Bytes info;
  ByteWriter out(info);
  out.bytes(as_bytes("rehome account"));
  out.u32(1);
  const Secret expected = derive_key(granted.vault_key, from_hex(granted.lease.vault), info);
  EXPECT_TRUE(equal_in_constant_time(at_b.keys[0].key.view(), expected.view()));
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(b_), at_b.lease.id, at_b.lease.vault)->accounts,
            std::set<std::uint32_t>{1});
}

TEST_P(RequestsTest, ADestinationOfAccountsThatAreNotThereIsTold) {
  world().add_usual_point();
  world().associate(a_, b_, Behaviour::restore_specified, {"zoe"});
  world().capture(a_);
  EXPECT_THAT(message_of([&] { world().request_restore(b_); }), HasSubstr("zoe"));
}

// S45
TEST_P(RequestsTest, ASpecifiedCaptureNamesItsAccounts) {
  world().add_usual_point();
  world().associate(a_, b_, Behaviour::specified, {"anna"});
  const CaptureLease granted = world().request_capture(a_);
  EXPECT_EQ(granted.lease.behaviour, Behaviour::specified);
  EXPECT_THAT(granted.lease.accounts, ElementsAre("anna"));
  EXPECT_FALSE(granted.lease.in_place);
}

// The newest store is restored; one that it replaced is not put back over it.
TEST_P(RequestsTest, RestoresTheNewestStoreOfAnAssociation) {
  const MigrationPoint point = world().add_usual_point({.deletion_delay_minutes = 0});
  const std::string older = world().capture(a_);
  const std::string newer = world().capture(a_);
  EXPECT_EQ(world().request_restore(a_).lease.store, newer);
  world().restore(a_);
  run_deletion_cycle(site(), point.id);
  EXPECT_EQ(world().state(newer), StoreState::deleted);
  EXPECT_THAT(message_of([&] { world().request_restore(a_); }), HasSubstr("was deleted"));
  EXPECT_EQ(world().state(older), StoreState::captured);
}

// What still waits comes before what was restored once.
TEST_P(RequestsTest, RestoresFromSeveralSourcesOneAfterTheOther) {
  world().add_usual_point();
  const Computer c = world().enrol("C");
  world().associate(a_, c);
  world().associate(b_, c);
  const std::string of_a = world().capture(a_);
  const std::string of_b = world().capture(b_);
  EXPECT_EQ(world().request_restore(c).lease.store, of_b);
  world().restore(c);
  EXPECT_EQ(world().request_restore(c).lease.store, of_a);
  world().restore(c);
  EXPECT_EQ(world().request_restore(c).lease.store, of_b);  // C-T21: again, as long as it is there
}

TEST_P(RequestsTest, AComputerOfAnotherSiteIsRefused) {
  const Computer far = import_computer(site(), {.name = "far", .site_code = "HQ1"}, kAdmin);
  EXPECT_EQ(code_of([&] { world().request_capture(far); }), ErrorCode::refused);
}

REHOME_OVER_BOTH_DATABASES(RequestsTest);

}  // namespace
}  // namespace rehome::site
