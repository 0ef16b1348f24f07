// SPDX-License-Identifier: Apache-2.0
// Homes that are missing, left out or nobody's.
#include "base/core/error.h"
#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using HomesTest = ScanFixture;

TEST_F(HomesTest, TheHomeOfWhoWasNotSelectedIsNobodys) {
  machine.add_account("carl", 1002);
  machine.add_file("/home/carl/f", "x");
  plan.take("/home/carl/f");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("0: /home/carl/f"));
}

TEST_F(HomesTest, AHomeThatIsNobodysIsListed) {
  machine.add_account("carl", 1002);
  machine.add_folder("/home/carl");
  machine.add_file("/home/gone/letter", "x");
  machine.add_file("/home/note", "a file is no home");
  machine.add_file("/home/store/packs/p", "the store's own");
  sink.own_inodes = {files.inspect("/home/store").inode};
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("left_behind /home/gone"));
}

TEST_F(HomesTest, AMissingHomeIsSaid) {
  files.remove("/home/bob");
  plan.take("/home/ann");
  plan.take("/home/bob");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("unreadable /home/bob"));
  EXPECT_THAT(sink.names(), ElementsAre("1: home"));
}

TEST_F(HomesTest, AHomeThatCannotBeFoundIsAnErrorAndNoneANote) {
  files.remove("/home/bob");
  accounts.at(0).account.home = "/no/such/../ann";
  accounts.at(0).canonical_home = "";
  accounts.at(1).account.home = "";
  accounts.at(1).canonical_home = "";
  plan.take("/srv");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("account ", "unreadable /no/such/../ann"));
}

TEST_F(HomesTest, WithoutAnyHomeThereIsNothingToBelieve) {
  files.remove("/home/ann");
  files.remove("/home/bob");
  plan.take("/home/ann");
  try {
    run();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.what(), HasSubstr("mount the volume"));
  }
  EXPECT_THAT(sink.names(), IsEmpty());
}

}  // namespace
}  // namespace rehome::scan
