// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/write_ledger.h"

#include "tests/support/site_world.h"

namespace rehome::server {
namespace {

using namespace rehome::testing;

constexpr std::uint64_t kMegabyte = std::uint64_t{1} << 20;

class WriteLedgerTest : public ::testing::Test {
 protected:
  WriteLedgerTest() {
    world_.add_usual_point();  // 100 GB are free, 1 GB stays free
    pc_ = world_.enrol("pc");
  }
  site::Lease lease(std::uint64_t bytes) {
    const site::Lease lease = world_.request_capture(pc_, bytes).lease;
    world_.write_capture(pc_, lease, false);  // 1000 bytes
    return lease;
  }
  site::BlobGrant grant(const site::Lease& lease) {
    return *site::blob_grant(world_.site(), SiteWorld::client(pc_), lease.id, lease.vault);
  }
  void set_quota(std::uint64_t bytes) {
    site::change_computer(world_.site(), pc_.id, {.quota_bytes = static_cast<std::int64_t>(bytes)}, kAdmin);
  }
  ErrorCode refusal(const site::BlobGrant& grant, std::uint64_t bytes) {
    return code_of([&] { ledger_.begin(grant, bytes); });
  }
  void put(const site::BlobGrant& grant, std::uint64_t bytes) { ledger_.begin(grant, bytes)->keep(); }
  std::uint64_t& free_bytes() { return world_.folders.folder("/smp").space.free_bytes; }

  SiteWorld world_{"SQLite"};
  site::Computer pc_;
  WriteLedger ledger_{world_.site(), world_.folders};
};

TEST_F(WriteLedgerTest, AQuotaHoldsForAllThatIsWritten) {
  set_quota(10'000);
  const site::BlobGrant of = grant(lease(1));
  EXPECT_EQ(refusal(of, 9001), ErrorCode::no_space);
  put(of, 4000);
  EXPECT_EQ(ledger_.quota_left(of), 5000U);
  EXPECT_EQ(refusal(of, 5001), ErrorCode::no_space);
  put(of, 5000);
  EXPECT_EQ(refusal(of, 1), ErrorCode::no_space);
}

TEST_F(WriteLedgerTest, BlobsAtTheSameTimeCountTogether) {
  set_quota(10'000);
  const site::BlobGrant of = grant(lease(1));
  auto first = ledger_.begin(of, 5000);
  EXPECT_EQ(refusal(of, 5000), ErrorCode::no_space);
  first.reset();  // it failed
  put(of, 9000);
}

// A server that was started anew counts what lies there; who asks again gets no new quota.
TEST_F(WriteLedgerTest, WhatLiesThereCountsWhoeverWroteIt) {
  set_quota(10'000);
  const site::Lease held = lease(1);
  for (int i = 0; i < 8; ++i) world_.folders.put_pack(SiteWorld::place_of(held), std::to_string(i));
  EXPECT_EQ(ledger_.quota_left(grant(held)), 1000U);
  world_.release(pc_, held.id, site::Outcome::failed);
  const site::Lease again = world_.request_capture(pc_, 1).lease;
  EXPECT_EQ(refusal(grant(again), 1001), ErrorCode::no_space);
}

TEST_F(WriteLedgerTest, BeyondItsReservationALeaseLeavesTheMinimumFree) {
  const site::BlobGrant of = grant(lease(kMegabyte));
  free_bytes() = kGigabyte;  // nothing beyond the minimum: somebody else filled it
  put(of, kMegabyte);
  EXPECT_EQ(refusal(of, 1), ErrorCode::no_space);
  free_bytes() += kMegabyte;
  put(of, kMegabyte / 2);
}

TEST_F(WriteLedgerTest, BeyondItsReservationALeaseLeavesWhatOthersReserved) {
  const site::BlobGrant of = grant(lease(1));
  world_.request_capture(world_.enrol("other"), 90 * kGigabyte);
  put(of, 8 * kGigabyte);
  free_bytes() -= 8 * kGigabyte;
  EXPECT_EQ(refusal(of, 2 * kGigabyte), ErrorCode::no_space);
  const auto writing = ledger_.begin(of, kGigabyte / 2);
  EXPECT_EQ(refusal(of, kGigabyte), ErrorCode::no_space) << "beside what is being written";
}

TEST_F(WriteLedgerTest, TheRecordsHearOfIt) {
  const site::Lease held = lease(kGigabyte);
  const site::BlobGrant of = grant(held);
  put(of, 100 * kMegabyte);
  EXPECT_EQ(grant(held).reserved, static_cast<std::int64_t>(kGigabyte - 100 * kMegabyte));
  put(of, 10);
  ledger_.note_all();
  EXPECT_EQ(grant(held).reserved, static_cast<std::int64_t>(kGigabyte - 100 * kMegabyte - 10));
  world_.pass(901);
  site::expire_leases(world_.site());
  set_quota(100 * kMegabyte);
  EXPECT_EQ(code_of([&] { world_.request_capture(pc_, 1); }), ErrorCode::no_space) << "what expired lies there";
}

}  // namespace
}  // namespace rehome::server
