// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/internal/scope.h"

#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

class ScopeTest : public ScanFixture {
 protected:
  void mount(const MachinePath& path, VolumeClass volume_class, const std::string& type) {
    files.mount(path, {.volume_class = volume_class, .type = type});
    machine.add_file(path + "/f", "x");
  }
};

TEST_F(ScopeTest, ASeparateHomeVolumeIsIn) {
  MemoryMachine separate(MachineFlavour::linux, clock);
  separate.files().mount("/home", {.type = "xfs"});
  const Account ann = separate.add_account("ann", 1000);
  separate.add_file("/home/ann/f", "x");
  plan.take("/home/ann");
  LocationTable locations(separate);
  locations.add(1, ann);
  const std::vector<CapturedAccount> selected = {{1, ann, ann.home}};
  scan({separate, plan, locations, selected, {}}, sink, progress);
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/f"));
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScopeTest, ALocalVolumeInAHomeIsIn) {
  mount("/home/ann/disk", VolumeClass::local, "ext4");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/disk", "1: home/disk/f"));
}

TEST_F(ScopeTest, ALocalVolumeThatARuleNamesIsIn) {
  mount("/data", VolumeClass::local, "ext4");
  mount("/other", VolumeClass::local, "ext4");
  plan.take("/data");
  plan.take("/other");
  plan.name("/data/deeper");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("0: /data", "0: /data/f"));
  EXPECT_THAT(sink.findings(), ElementsAre("left_out /other"));
}

TEST_F(ScopeTest, ABtrfsSubvolumeIsIn) {
  files.mount("/home/ann/sub", {.type = "btrfs", .is_subvolume = true});
  machine.add_file("/home/ann/sub/f", "x");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/sub", "1: home/sub/f"));
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScopeTest, NetworkFusePseudoAndRemovableVolumesStayOutAndAreListed) {
  mount("/home/ann/nas", VolumeClass::network, "nfs4");
  mount("/home/ann/cloud", VolumeClass::fuse, "fuse.rclone");
  mount("/home/ann/proc", VolumeClass::pseudo, "proc");
  mount("/home/ann/stick", VolumeClass::removable, "vfat");
  plan.take("/home/ann");
  failures.clear_counts();
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home"));
  EXPECT_THAT(sink.findings(), ElementsAre("left_out /home/ann/cloud", "left_out /home/ann/nas",
                                           "left_out /home/ann/proc", "left_out /home/ann/stick"));
  EXPECT_EQ(failures.calls(Operation::any, "/home/ann/nas*"), 0U) << "a dead server would hang whoever touches it";
}

TEST_F(ScopeTest, VolumesThatWereAskedForAreIn) {
  mount("/home/ann/nas", VolumeClass::network, "nfs4");
  options.also_volumes = {"/home/ann/nas"};
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/nas", "1: home/nas/f"));
}

TEST_F(ScopeTest, WhatNoRuleReachesIsNotListed) {
  mount("/mnt/nas", VolumeClass::network, "nfs4");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScopeTest, ASelectedHomeOnAVolumeThatIsOutIsRefusedBeforeAnythingIsRead) {
  files.mount("/net/homes", {.volume_class = VolumeClass::network, .type = "nfs4"});
  Account carl;
  carl.name = "carl";
  carl.uid = 1002;
  carl.home = "/net/homes/carl";
  files.add_folder(carl.home);
  select(carl);
  plan.take("/home/ann");
  machine.add_file("/home/ann/f", "x");
  const LocationTable locations = make_locations();
  failures.clear_counts();
  try {
    scan({machine, plan, locations, accounts, options}, sink, progress);
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::refused);
    EXPECT_THAT(error.message(), ::testing::HasSubstr("home of carl"));
    EXPECT_THAT(error.message(), ::testing::HasSubstr("nfs4"));
  }
  EXPECT_EQ(failures.calls(Operation::any), 0U);
  EXPECT_THAT(sink.names(), IsEmpty());
  options.also_volumes = {"/net/homes"};
  EXPECT_EQ(run_to_error(), std::nullopt);
}

TEST_F(ScopeTest, TheRootOfAForeignSystemIsInWhateverItLiesOn) {
  files.set_volume_class("/", VolumeClass::removable);
  machine.add_file("/home/ann/f", "x");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/f"));
  machine.set_running_system(true);
  EXPECT_EQ(run_to_error(), ErrorCode::refused);
}

TEST_F(ScopeTest, AnAccountWithoutAHomeIsListedAndBringsNoVolumeIn) {
  mount("/other", VolumeClass::local, "ext4");
  Account rel;
  rel.name = "rel";
  rel.home = "home/rel";
  machine.accounts().set(rel);
  accounts.push_back({3, rel, ""});
  plan.take("/home/ann");
  plan.take("/other");
  run();
  EXPECT_THAT(sink.names(), Not(Contains("0: /other")));
  EXPECT_THAT(sink.findings(), UnorderedElementsAre("account home/rel", "left_out /other"));
  machine.set_running_system(true);
  files.set_volume_class("/", VolumeClass::pseudo);
  accounts.erase(accounts.begin(), accounts.begin() + 2);
  EXPECT_EQ(run_to_error(), std::nullopt);
}

TEST_F(ScopeTest, AHomeBelowARootThatIsOutIsReachedAllTheSame) {
  // A live system: "/" is no local volume, /home is.
  MemoryMachine live(MachineFlavour::linux, clock);
  live.files().mount("/live", {.volume_class = VolumeClass::pseudo, .type = "overlay"});
  live.files().mount("/live/home", {.type = "ext4"});
  live.add_file("/live/home/ann/f", "x");
  live.add_file("/live/other", "x");
  Account ann;
  ann.name = "ann";
  ann.home = "/live/home/ann";
  plan.take("/live");
  LocationTable locations(live);
  locations.add(1, ann);
  const std::vector<CapturedAccount> selected = {{1, ann, ann.home}};
  scan({live, plan, locations, selected, {}}, sink, progress);
  EXPECT_THAT(sink.names(), UnorderedElementsAre("0: /live/home", "1: home", "1: home/f"));
  EXPECT_THAT(sink.findings(), ElementsAre("left_out /live"));
}

}  // namespace
}  // namespace rehome::scan
