// SPDX-License-Identifier: Apache-2.0
#include "site/blob_access.h"

#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;

class BlobAccessTest : public TwoComputersTest {
 protected:
  void SetUp() override {
    TwoComputersTest::SetUp();
    if (IsSkipped()) return;
    world().add_usual_point();
  }
  std::optional<BlobGrant> grant(const Computer& computer, const std::string& lease, const std::string& vault) {
    return blob_grant(site(), SiteWorld::client(computer), lease, vault);
  }
};

// S19, C-K7: nobody but the holder of the lease sees the vault.
TEST_P(BlobAccessTest, OnlyTheHolderOfTheLeaseGetsIn) {
  const Lease lease = world().request_capture(a_).lease;
  ASSERT_TRUE(grant(a_, lease.id, lease.vault));
  EXPECT_TRUE(grant(a_, lease.id, lease.vault)->may_put);
  EXPECT_FALSE(grant(b_, lease.id, lease.vault));
  EXPECT_FALSE(grant(a_, "l-none", lease.vault));
  const Lease of_b = world().request_capture(b_).lease;
  EXPECT_FALSE(grant(b_, of_b.id, lease.vault));
  world().pass(901);
  EXPECT_FALSE(grant(a_, lease.id, lease.vault));
}

// S16, S18: without Request State Store there is no way to a place; with it, blobs go to the place that it named.
TEST_P(BlobAccessTest, WhatIsWrittenGoesWhereTheRequestSaid) {
  const std::string vault(32, 'a');
  EXPECT_FALSE(grant(a_, "", vault));
  const Lease lease = world().request_capture(a_).lease;
  const auto allowed = grant(a_, lease.id, lease.vault);
  ASSERT_TRUE(allowed);
  EXPECT_EQ(allowed->place.folder, lease.folder_path);
  EXPECT_EQ(allowed->place.vault, lease.vault);
  EXPECT_FALSE(grant(a_, lease.id, vault));
}

TEST_P(BlobAccessTest, AReleasedLeaseIsNoUse) {
  const Lease lease = world().request_capture(a_).lease;
  const std::string capture = world().write_capture(a_, lease);
  auto kept = grant(a_, lease.id, lease.vault);
  world().release(a_, lease.id, Outcome::captured, capture);
  EXPECT_FALSE(grant(a_, lease.id, lease.vault));
  EXPECT_EQ(code_of([&] { note_put(site(), *kept, "captures/" + std::string(32, 'd') + "/started"); }),
            ErrorCode::not_found);
}

TEST_P(BlobAccessTest, ARestoreReadsOneCaptureAndItsAccounts) {
  world().associate(a_, b_, Behaviour::restore_specified, {"ben"});
  world().capture(a_);
  const RestoreLease restore = world().request_restore(b_);
  const auto allowed = grant(b_, restore.lease.id, restore.lease.vault);
  ASSERT_TRUE(allowed);
  EXPECT_FALSE(allowed->may_put);
  EXPECT_EQ(allowed->capture, restore.capture);
  EXPECT_EQ(allowed->accounts, std::set<std::uint32_t>{2});
  EXPECT_FALSE(allowed->must_note("captures/" + restore.capture + "/started"));
}

TEST_P(BlobAccessTest, TheRecordsHearOfTheFirstBlobAndOfTheCapture) {
  const Lease lease = world().request_capture(a_).lease;
  auto allowed = grant(a_, lease.id, lease.vault);
  EXPECT_TRUE(allowed->must_note("header"));
  note_put(site(), *allowed, "header");
  EXPECT_EQ(world().state(lease.store), StoreState::capturing);
  EXPECT_FALSE(allowed->must_note("packs/1/aa"));
  const std::string capture(32, 'c');
  EXPECT_TRUE(allowed->must_note("captures/" + capture + "/started"));
  EXPECT_FALSE(allowed->must_note("captures/" + capture + "/1.0"));
  EXPECT_FALSE(allowed->must_note("captures/../" + capture + "/started"));
  note_put(site(), *allowed, "captures/" + capture + "/started");
  EXPECT_FALSE(allowed->must_note("captures/" + capture + "/started"));
  EXPECT_EQ(store(site(), lease.store).capture, capture);
}

TEST_P(BlobAccessTest, ACaptureOfAnotherStoreIsNotTakenOver) {
  const std::string first = world().capture(a_);
  const Lease lease = world().request_capture(a_).lease;
  auto allowed = grant(a_, lease.id, lease.vault);
  const std::string taken = "captures/" + store(site(), first).capture + "/started";
  EXPECT_EQ(code_of([&] { note_put(site(), *allowed, taken); }), ErrorCode::refused);
}

REHOME_OVER_BOTH_DATABASES(BlobAccessTest);

}  // namespace
}  // namespace rehome::site
