// SPDX-License-Identifier: Apache-2.0
// Where a capture goes: places, room, reservations, networks, quotas.
#include "site/requests.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RoomTest : public TwoComputersTest {
 protected:
  std::string refusal(const Computer& computer, std::uint64_t bytes = kGigabyte) {
    return message_of([&] { world().request_capture(computer, bytes); });
  }
};

// S30
TEST_P(RoomTest, ClientAfterTheLastPlaceIsNotGivenThatFolder) {
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
TEST_P(RoomTest, APlaceIsFreeAgainWhenTheStoreIsDeleted) {
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
TEST_P(RoomTest, AFolderBelowItsThresholdIsSkipped) {
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
TEST_P(RoomTest, ARequestReservesItsSpaceUntilItExpires) {
  world().add_usual_point();
  world().request_capture(a_, 60 * kGigabyte);
  EXPECT_THAT(refusal(b_, 60 * kGigabyte), HasSubstr("reserved"));
  world().pass(901);
  const Lease lease = world().request_capture(b_, 60 * kGigabyte).lease;
  EXPECT_EQ(lease.folder_path, "/smp");
  EXPECT_EQ(list_stores(site(), {}, {.source = a_.id}).items.at(0).state, StoreState::deleted);
}

// Heartbeats alone do not keep a place for ever.
TEST_P(RoomTest, AReservationThatIsNotUsedExpires) {
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

TEST_P(RoomTest, WhatWasWrittenIsNoLongerReserved) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_, 60 * kGigabyte).lease;
  world().write_capture(a_, lease, false);
  world().folders.folder("/smp").space.free_bytes -= 50 * kGigabyte;
  // What a computer says of itself takes nothing from what it may still write.
  keep_lease(site(), SiteWorld::client(a_), lease.id, {.phase = "capture", .bytes = INT64_MAX});
  EXPECT_THAT(refusal(b_, 30 * kGigabyte), HasSubstr("reserved"));
  note_written(site(), lease.id, {.reserved_left = 10 * std::int64_t{kGigabyte}, .vault_bytes = 50 * kGigabyte});
  EXPECT_EQ(world().request_capture(b_, 30 * kGigabyte).lease.folder_path, "/smp");
}

// A lease that needs more than it asked for keeps to what is free beside the others.
TEST_P(RoomTest, MoreIsReservedOnlyWhereThereIsRoom) {
  world().add_usual_point();
  const Lease lease = world().request_capture(a_, 1).lease;
  world().request_capture(b_, 60 * kGigabyte);
  const auto reserve = [&](std::int64_t gigabytes) {
    reserve_more(site(), lease.id, gigabytes * std::int64_t{kGigabyte});
  };
  reserve(30);
  EXPECT_EQ(code_of([&] { reserve(30); }), ErrorCode::no_space);
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(a_), lease.id, lease.vault)->reserved,
            1 + 30 * std::int64_t{kGigabyte});
  world().folders.folder("/smp").space.free_bytes -= 9 * kGigabyte;  // 1 GB is to stay free
  EXPECT_EQ(code_of([&] { reserve(1); }), ErrorCode::no_space);
  world().write_capture(a_, lease, false);
  world().release(a_, lease.id, Outcome::failed);
  EXPECT_EQ(code_of([&] { reserve(1); }), ErrorCode::not_found);
}

// C-F1: read-only, failing or full: it is passed over as long as that is so, and the list says why.
TEST_P(RoomTest, AFolderThatCannotBeWrittenIsPassedOver) {
  const MigrationPoint point = world().add_point("smp1");
  world().add_folder(point, "/first");
  world().add_folder(point, "/second");
  const std::string store = world().capture(a_);
  world().folders.folder("/first").writable = false;
  std::vector<MigrationPoint> points = list_migration_points(site());
  find_problems(site(), points);
  EXPECT_EQ(points.at(0).folders.at(0).problem, "the folder is read-only");
  EXPECT_EQ(points.at(0).folders.at(1).problem, std::nullopt);
  EXPECT_EQ(world().request_capture(b_).lease.folder_path, "/second");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/second");  // although its vault is in the first
  world().release(a_, world().request_capture(a_).lease.id, Outcome::abandoned);
  EXPECT_EQ(world().request_restore(a_).lease.store, store);
}

// Also where the lease was given before.
TEST_P(RoomTest, WhoAsksAgainForAFolderThatCannotBeWrittenGetsAnother) {
  const MigrationPoint point = world().add_point("smp1");
  world().add_folder(point, "/first");
  const Lease lease = world().request_capture(a_).lease;
  world().write_capture(a_, lease, false);
  world().folders.folder("/first").writable = false;
  EXPECT_THAT(refusal(a_), HasSubstr("read-only"));
  EXPECT_EQ(world().state(lease.store), StoreState::capturing);  // nothing changed
  world().add_folder(point, "/second");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/second");
  EXPECT_EQ(world().state(lease.store), StoreState::abandoned);
}

// What is promised in one folder is gone for all on its volume, also of another migration point.
TEST_P(RoomTest, FoldersOfOneVolumeDoNotPromiseTheSameSpace) {
  world().add_usual_point();
  world().add_folder(world().add_point("smp2"), "/other");
  for (const char* path : {"/smp", "/other"}) world().folders.folder(path).space.volume = 7;
  EXPECT_EQ(world().request_capture(a_, 60 * kGigabyte).lease.folder_path, "/smp");
  EXPECT_THAT(refusal(b_, 60 * kGigabyte), HasSubstr("on its volume 61440 MB are reserved"));
  EXPECT_EQ(world().request_capture(b_, 30 * kGigabyte).lease.folder_path, "/smp");
}

TEST_P(RoomTest, FoldersOfSeveralVolumesHaveTheirOwnSpace) {
  world().add_usual_point();
  world().add_folder(world().add_point("smp2"), "/other");
  world().folders.folder("/smp").space.volume = 7;
  world().folders.folder("/other").space.volume = 8;
  EXPECT_EQ(world().request_capture(a_, 60 * kGigabyte).lease.folder_path, "/smp");
  EXPECT_EQ(world().request_capture(b_, 60 * kGigabyte).lease.folder_path, "/other");
}

// Which folder, and why, but not where on the server: that is for its log and administrators.
TEST_P(RoomTest, NoRoomIsToldWithoutPaths) {
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

TEST_P(RoomTest, HugeClaimsDoNotWrapAround) {
  world().add_usual_point();
  EXPECT_THAT(refusal(a_, ~std::uint64_t{0}), HasSubstr("are needed"));
}

// S34, C-S7; C-F3: a restore goes where the state is, not where a capture would go.
TEST_P(RoomTest, ARestoreOnlyPointStillRestores) {
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

TEST_P(RoomTest, AFolderThatCannotBeReachedIsSkippedAndNamed) {
  const MigrationPoint point = world().add_point("smp1");
  world().add_folder(point, "/first");
  world().folders.folder("/first").reachable = false;
  EXPECT_THAT(refusal(a_), HasSubstr("cannot be reached"));
  world().add_folder(point, "/second");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/second");
}

// The folder that holds the computer's vault comes first.
TEST_P(RoomTest, ASecondCaptureGoesToTheSameVault) {
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
TEST_P(RoomTest, PointsOfTheComputersNetworkComeFirst) {
  world().add_folder(world().add_point("anywhere"), "/anywhere");
  world().add_folder(world().add_point("elsewhere", {.networks = {"192.168.0.0/16"}}), "/elsewhere");
  world().add_folder(world().add_point("near", {.networks = {"10.0.0.0/8"}}), "/near");
  world().add_folder(world().add_point("nearer", {.networks = {"10.1.2.0/24"}}), "/nearer");
  EXPECT_EQ(world().request_capture(a_).lease.folder_path, "/nearer");
}

TEST_P(RoomTest, APointWithoutFallbackServesItsNetworksOnly) {
  world().add_folder(world().add_point("elsewhere", {.networks = {"192.168.0.0/16"}, .fallback = false}), "/elsewhere");
  EXPECT_EQ(code_of([&] { world().request_capture(a_); }), ErrorCode::not_found);
}

// Against C-R9
TEST_P(RoomTest, AQuotaLimitsOneComputer) {
  world().add_usual_point();
  change_computer(site(), a_.id, {.quota_bytes = 1500}, kAdmin);
  EXPECT_THAT(refusal(a_, 1501), HasSubstr("may store 1500 bytes"));
  const Lease lease = world().request_capture(a_, 1500).lease;
  const auto grant = blob_grant(site(), SiteWorld::client(a_), lease.id, lease.vault);
  EXPECT_EQ(grant->quota, 1500);
  world().release(a_, lease.id, Outcome::captured, world().write_capture(a_, lease));
  const Lease second = world().request_capture(a_, 1500).lease;
  EXPECT_EQ(blob_grant(site(), SiteWorld::client(a_), second.id, second.vault)->quota, 1500);
}

// What failed or was abandoned lies there all the same.
TEST_P(RoomTest, WhatACaptureLeavesBehindCounts) {
  world().add_usual_point();
  change_computer(site(), a_.id, {.quota_bytes = 1500}, kAdmin);
  const Lease lease = world().request_capture(a_, 1).lease;
  world().write_capture(a_, lease, false);
  world().folders.put_pack(SiteWorld::place_of(lease), "another");
  world().release(a_, lease.id, Outcome::failed);
  EXPECT_THAT(refusal(a_, 1), HasSubstr("has stored 2000"));
  change_computer(site(), a_.id, {.quota_bytes = 9000}, kAdmin);
  const Lease again = world().request_capture(a_, 1).lease;
  world().write_capture(a_, again, false);
  note_written(site(), again.id, {.reserved_left = 0, .vault_bytes = 9000});
  world().pass(901);
  EXPECT_THAT(refusal(a_, 1), HasSubstr("has stored 9000"));
}

REHOME_OVER_BOTH_DATABASES(RoomTest);

}  // namespace
}  // namespace rehome::site
