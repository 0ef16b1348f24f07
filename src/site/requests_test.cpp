// SPDX-License-Identifier: Apache-2.0
#include "site/requests.h"

#include "site/audit.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;

class RequestsTest : public TwoComputersTest {
 protected:
  std::string refusal(const Computer& computer, std::uint64_t bytes = kGigabyte) {
    return message_of([&] { world().request_capture(computer, bytes); });
  }
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

// Asked for again, and not used: what was captured before is still what the destination gets.
TEST_P(RequestsTest, ARequestThatWasNotUsedHidesNothing) {
  world().add_usual_point();
  const std::string store = world().capture(a_);
  world().release(a_, world().request_capture(a_).lease.id, Outcome::abandoned);
  EXPECT_EQ(world().request_restore(a_).lease.store, store);
}

// The folder is not where it was: the destination hears which, and nothing is begun.
TEST_P(RequestsTest, ARestoreFromAFolderThatIsNotMountedSaysWhich) {
  world().add_usual_point();
  const std::string store = world().capture(a_);
  FakeVaultFolders::Folder& folder = world().folders.folder("/smp");
  const FakeVaultFolders::Folder volume = world().folders.unmount("/smp");
  const std::string id = list_migration_points(site()).at(0).folders.at(0).id;
  EXPECT_THAT(message_of([&] { world().request_restore(a_); }),
              ::testing::AllOf(HasSubstr(id), HasSubstr(store), ::testing::Not(HasSubstr("/smp"))));
  EXPECT_THAT(refusal(b_), HasSubstr(id));
  folder = volume;
  EXPECT_EQ(world().request_restore(a_).lease.store, store);
}

// S24: also across a restart of the site.
TEST_P(RequestsTest, TheStoreIsKeptWhenTheSiteIsOpenedAgain) {
  world().add_usual_point();
  const std::string store = world().capture(a_);
  const Site again = Site::open(world().parts());
  EXPECT_EQ(request_restore(again, SiteWorld::client(a_)).lease.store, store);
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
