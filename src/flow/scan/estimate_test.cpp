// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/estimate.h"

#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::ElementsAre;

class EstimateTest : public ScanFixture {
 protected:
  Estimate count() {
    const LocationTable locations = make_locations();
    return estimate({machine, plan, locations, accounts, options}, sink, progress, owns);
  }
  std::function<bool(const NodeInfo&)> owns;
};

TEST_F(EstimateTest, CountsPerAccountWithoutReading) {
  machine.add_file("/home/ann/f", "12345");
  machine.add_link("/home/ann/again", "/home/ann/f");
  machine.add_file("/home/bob/f", "123");
  machine.add_file("/etc/hosts", "12");
  plan.take("/home/ann");
  plan.take("/home/bob");
  plan.take("/etc/hosts");
  const Estimate estimate = count();
  EXPECT_EQ(estimate.accounts.at(1).objects, 3U);
  EXPECT_EQ(estimate.accounts.at(1).content_bytes, 5U);
  EXPECT_EQ(estimate.accounts.at(2).content_bytes, 3U);
  EXPECT_EQ(estimate.accounts.at(kSystemAccount).content_bytes, 2U);
  EXPECT_EQ(estimate.total.objects, 6U);
  EXPECT_EQ(estimate.total.content_bytes, 10U);
  EXPECT_EQ(failures.calls(Operation::open_file), 0U);
}

TEST_F(EstimateTest, HolesOfLargeFilesNeedNoRoom) {
  files.write_into("/home/ann/sparse", 1 << 30, "end");
  files.set_size("/home/ann/hollow", 1 << 30);
  plan.take("/home/ann");
  const Estimate estimate = count();
  EXPECT_EQ(estimate.total.content_bytes, 3U);
  EXPECT_EQ(failures.calls(Operation::read), 0U);
}

TEST_F(EstimateTest, FindingsAreHandedOnAndTheStoreIsLeftOut) {
  files.add_special("/home/ann/socket", NodeKind::socket);
  machine.add_file("/home/ann/store/p", "x");
  plan.take("/home/ann");
  const std::uint64_t store = files.inspect("/home/ann/store").inode;
  owns = [=](const NodeInfo& info) { return info.inode == store; };
  EXPECT_EQ(count().total.objects, 1U);
  EXPECT_THAT(sink.findings(), ElementsAre("left_out /home/ann/store", "not_supported /home/ann/socket"));
}

}  // namespace
}  // namespace rehome::scan
