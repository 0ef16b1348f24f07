// SPDX-License-Identifier: Apache-2.0
#include "flow/scan/scan.h"

#include <cerrno>
#include <map>

#include "flow/scan/internal/testing/scan_fixture.h"

namespace rehome::scan {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class ScanTest : public ScanFixture {
 protected:
  /// Fails where an object of an account came before a folder that holds it.
  void expect_folders_first() {
    std::map<Location, std::size_t> position;
    const std::vector<Object> objects = sink.objects();
    for (std::size_t i = 0; i < objects.size(); ++i) position[objects[i].location] = i;
    EXPECT_EQ(position.size(), objects.size()) << "something was recorded twice";
    for (std::size_t i = 0; i < objects.size(); ++i) {
      Location parent = objects[i].location;
      if (parent.account == kSystemAccount || parent.rest.empty()) continue;
      const auto slash = parent.rest.rfind('/');
      parent.rest.resize(slash == std::string::npos ? 0 : slash);
      ASSERT_TRUE(position.contains(parent)) << name_of(objects[i]);
      EXPECT_LT(position[parent], i) << name_of(objects[i]);
    }
  }
};

TEST_F(ScanTest, TakesWhatThePlanIncludesUnderSymbolicLocations) {
  machine.add_file("/home/ann/f", "1");
  machine.add_file("/home/ann/Documents/d", "2");
  machine.add_file("/home/ann/.config/app/c", "3");
  machine.add_file("/home/bob/g", "4");
  machine.add_file("/etc/hosts", "5");
  machine.add_file("/etc/other", "6");
  plan.take("/home/ann");
  plan.take("/home/bob");
  plan.take("/etc/hosts");
  run();
  EXPECT_THAT(sink.names(),
              UnorderedElementsAre("1: home", "1: home/f", "1: documents", "1: documents/d", "1: config",
                                   "1: config/app", "1: config/app/c", "2: home", "2: home/g", "0: /etc/hosts"));
  EXPECT_EQ(sink.content_of("1: documents/d"), "2");
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScanTest, AVolumeThatWasAskedForMustBeThere) {
  options.also_volumes = {"/mnt/nas"};
  EXPECT_EQ(run_to_error(), ErrorCode::not_found);
}

TEST_F(ScanTest, OpensOnlyFoldersThatRulesReach) {
  machine.add_file("/home/ann/in/deep/f", "x");
  machine.add_file("/home/ann/out/deep/f", "x");
  machine.add_file("/srv/f", "x");
  plan.take("/home/ann/in/deep");
  failures.clear_counts();
  run();
  for (const char* closed : {"/srv", "/home/bob/*", "/home/ann/out", "/home/ann/out/deep", "/etc"}) {
    EXPECT_EQ(failures.calls(Operation::open_folder, closed), 0U) << closed;
    EXPECT_EQ(failures.calls(Operation::list, closed), 0U) << closed;
  }
  EXPECT_EQ(failures.calls(Operation::open_folder, "/home/ann/in/deep"), 1U);
}

TEST_F(ScanTest, ParentsOfWhatLiesDeepAreRecordedBeforeIt) {
  machine.add_file("/home/ann/a/b/c/f", "x");
  machine.add_file("/home/ann/a/b/other/f", "x");
  files.edit("/home/ann/a/b", [](Metadata& metadata) {
    metadata.mode = 0710;
    metadata.attributes = {{"user.x", {1}}};
  });
  plan.take("/home/ann/a/b/c/f");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/a", "1: home/a/b", "1: home/a/b/c", "1: home/a/b/c/f"));
  EXPECT_EQ(sink.find("1: home/a/b")->metadata.mode, 0710U);
  EXPECT_EQ(sink.find("1: home/a/b")->metadata.attributes.size(), 1U);
}

TEST_F(ScanTest, FoldersComeBeforeTheirContentWhateverTheThreadsDo) {
  options.threads = 4;
  for (int i = 0; i < 30; ++i) {
    for (int j = 0; j < 10; ++j) {
      const std::string folder = "/home/ann/d" + std::to_string(i % 5) + "/e" + std::to_string(i);
      machine.add_file(folder + "/f" + std::to_string(j), "x");
      if (j % 2 == 0) plan.take(folder + "/f" + std::to_string(j));
    }
  }
  plan.take("/home/ann/d3");
  run();
  expect_folders_first();
  EXPECT_EQ(sink.names().size(), 1 + 5 + 30 + 6 * 10 + 24 * 5U);
}

TEST_F(ScanTest, AFolderMayBeTakenWithoutItsContent) {
  machine.add_file("/home/ann/spool/f", "x");
  plan.take_folder_alone("/home/ann/spool");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/spool"));
  EXPECT_EQ(failures.calls(Operation::list, "/home/ann/spool"), 0U);
}

TEST_F(ScanTest, EmptyFoldersAreTaken) {
  machine.add_folder("/home/ann/empty");
  plan.take("/home/ann/empty");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/empty"));
}

TEST_F(ScanTest, WhatIsLeftIsNotTaken) {
  machine.add_file("/home/ann/keep/f", "x");
  machine.add_file("/home/ann/.cache/f", "x");
  machine.add_file("/home/ann/.cache/precious/f", "x");
  plan.take("/home/ann");
  plan.leave("/home/ann/.cache");
  plan.take("/home/ann/.cache/precious");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/keep", "1: home/keep/f", "1: cache",
                                                 "1: cache/precious", "1: cache/precious/f"));
}

TEST_F(ScanTest, KeepsEveryKindButSockets) {
  machine.add_symlink("/home/ann/link", "../nowhere");
  files.add_special("/home/ann/fifo", NodeKind::fifo);
  files.add_special("/home/ann/device", NodeKind::block_device, 8ULL << 32 | 1);
  files.add_special("/home/ann/socket", NodeKind::socket);
  files.edit("/home/ann/link", [](Metadata& metadata) { metadata.uid = 7; });
  plan.take("/home/ann");
  run();
  EXPECT_EQ(sink.find("1: home/link")->link_target, "../nowhere");
  EXPECT_EQ(sink.find("1: home/link")->metadata.uid, 7U);
  EXPECT_EQ(sink.find("1: home/fifo")->kind, NodeKind::fifo);
  EXPECT_EQ(sink.find("1: home/device")->device_number, 8ULL << 32 | 1);
  EXPECT_EQ(sink.find("1: home/socket"), std::nullopt);
  EXPECT_THAT(sink.findings(), ElementsAre("not_supported /home/ann/socket"));
}

TEST_F(ScanTest, ALinkToAFolderIsNotFollowed) {
  machine.add_file("/home/bob/f", "x");
  machine.add_symlink("/home/ann/link", "/home/bob");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/link"));
}

TEST_F(ScanTest, MetadataAndIdentityAreTaken) {
  machine.add_file("/home/ann/f", "x");
  files.edit("/home/ann/f", [](Metadata& metadata) {
    metadata.mode = 04755;
    metadata.flags = 0x40;
    metadata.attributes = {{"user.a", {1, 2}}};
    metadata.modified = {5, 6};
  });
  plan.take("/home/ann");
  run();
  const NodeInfo info = files.inspect("/home/ann/f");
  const Object object = *sink.find("1: home/f");
  EXPECT_EQ(object.metadata, info.metadata);
  EXPECT_EQ(object.source_inode, info.inode);
  EXPECT_EQ(object.source_device, info.device);
  EXPECT_EQ(object.size, 1U);
  EXPECT_EQ(object.link_group, 0U);
}

TEST_F(ScanTest, HolesReachTheSink) {
  files.write_into("/home/ann/sparse", 1 << 20, "end");
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.find("1: home/sparse")->extents, ElementsAre(Extent{1 << 20, 3}));
}

TEST_F(ScanTest, NamesMayHoldAnyByte) {
  machine.add_file("/home/ann/new\nline/\xff\xfe", "x");
  plan.take("/home/ann");
  run();
  const auto objects = sink.objects();
  EXPECT_EQ(objects.back().location.rest, "new\nline/\xff\xfe");
}

TEST_F(ScanTest, AnUnreadableFileDoesNotStopTheScan) {
  machine.add_file("/home/ann/bad", "x");
  machine.add_file("/home/ann/torn", "x");
  machine.add_file("/home/ann/good", "x");
  failures.fail(Operation::open_file, "/home/ann/bad", EACCES);
  failures.fail(Operation::read, "/home/ann/torn", EIO);
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("unreadable /home/ann/bad", "unreadable /home/ann/torn"));
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/good"));
}

TEST_F(ScanTest, AnUnreadableFolderIsKeptItselfAndReported) {
  machine.add_file("/home/ann/closed/f", "x");
  machine.add_file("/home/ann/torn/f", "x");
  machine.add_file("/home/ann/good/f", "x");
  failures.fail(Operation::open_folder, "/home/ann/closed", EACCES);
  failures.fail(Operation::list, "/home/ann/torn", EIO);
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("unreadable /home/ann/closed", "unreadable /home/ann/torn"));
  EXPECT_THAT(sink.names(),
              UnorderedElementsAre("1: home", "1: home/closed", "1: home/torn", "1: home/good", "1: home/good/f"));
}

TEST_F(ScanTest, UnreadableAttributesCostOnlyThemselves) {
  machine.add_file("/home/ann/f", "x");
  machine.add_symlink("/home/ann/l", "x");
  failures.fail(Operation::read_attributes, "*", EIO);
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), UnorderedElementsAre("1: home", "1: home/f", "1: home/l"));
  EXPECT_THAT(sink.findings(), Contains("metadata_lost /home/ann/f"));
  EXPECT_THAT(sink.findings(), Contains("metadata_lost /home/ann/l"));
  EXPECT_THAT(sink.findings(), Contains("metadata_lost /home/ann"));
}

TEST_F(ScanTest, WhatVanishesAfterTheListingIsReported) {
  machine.add_file("/home/ann/f", "x");
  machine.add_file("/home/ann/folder/g", "x");
  failures.before(Operation::inspect, "/home/ann/f", [&](const MachinePath& path) { files.remove(path); });
  failures.before(Operation::open_folder, "/home/ann/folder", [&](const MachinePath& path) { files.remove(path); });
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.findings(), ElementsAre("vanished /home/ann/f", "vanished /home/ann/folder"));
  EXPECT_THAT(sink.names(), ElementsAre("1: home"));
}

TEST_F(ScanTest, AFolderThatTookTheNameOfAFileIsWalked) {
  machine.add_file("/home/ann/f", "x");
  failures.before(Operation::inspect, "/home/ann/f", [&](const MachinePath& path) {
    files.remove(path);
    files.add_file(path + "/inside", "x");
  });
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home", "1: home/f", "1: home/f/inside"));
}

TEST_F(ScanTest, AFailingStoreEndsTheScan) {
  for (int i = 0; i < 200; ++i) machine.add_file("/home/ann/f" + std::to_string(i), "x");
  plan.take("/home/ann");
  sink.on_keep = [](Object&, FileSource&) { throw Error(ErrorCode::no_space, "the store is full"); };
  EXPECT_EQ(run_to_error(), ErrorCode::no_space);
  sink.on_keep = [&](Object& object, FileSource& source) { sink.read(object, source); };
  sink.on_record = [](const Object&) { throw Error(ErrorCode::io, "the store's disk broke"); };
  EXPECT_EQ(run_to_error(), ErrorCode::io);
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScanTest, AnErrorOfTheStoreIsNotTakenForTheSourcesEvenAfterReading) {
  machine.add_file("/home/ann/f", "x");
  plan.take("/home/ann");
  sink.on_keep = [&](Object& object, FileSource& source) {
    sink.read(object, source);
    throw Error(ErrorCode::not_found, "the store's folder has gone");
  };
  EXPECT_EQ(run_to_error(), ErrorCode::not_found);
}

// X-P13.
TEST_F(ScanTest, TheStoresOwnFolderIsNeverCaptured) {
  machine.add_file("/home/ann/store/packs/p", "x");
  sink.own_inodes = {files.inspect("/home/ann/store").inode};
  plan.take("/home/ann");
  run();
  EXPECT_THAT(sink.names(), ElementsAre("1: home"));
  EXPECT_THAT(sink.findings(), ElementsAre("left_out /home/ann/store"));
  EXPECT_EQ(failures.calls(Operation::list, "/home/ann/store*"), 0U);
}

TEST_F(ScanTest, CancellingStopsInTheMiddleOfAFile) {
  machine.add_file("/home/ann/big", std::string(100 * 4096, 'x'));
  machine.add_file("/home/ann/other", "x");
  options.threads = 1;
  plan.take("/home/ann");
  failures.before(Operation::read, "/home/ann/big", [&](const MachinePath&) { progress.cancelled = true; }, 3);
  EXPECT_EQ(run_to_error(), ErrorCode::cancelled);
  EXPECT_EQ(failures.calls(Operation::read, "/home/ann/big"), 3U);
  EXPECT_THAT(sink.findings(), IsEmpty());
}

TEST_F(ScanTest, ACancelledScanReadsNothing) {
  machine.add_file("/home/ann/f", "x");
  plan.take("/home/ann");
  progress.cancelled = true;
  EXPECT_EQ(run_to_error(), ErrorCode::cancelled);
  EXPECT_EQ(failures.calls(Operation::open_file), 0U);
}

TEST_F(ScanTest, ALargeFolderIsTakenWhole) {
  constexpr int kFiles = 1000;
  options.threads = 4;
  for (int i = 0; i < kFiles; ++i) machine.add_file("/home/ann/f" + std::to_string(i), std::string(10, 'x'));
  plan.take("/home/ann");
  run();
  EXPECT_EQ(sink.names().size(), kFiles + 1U);
  EXPECT_EQ(progress.objects, kFiles + 1U);
  EXPECT_EQ(progress.bytes, kFiles * 10U);
  EXPECT_EQ(progress.account, 1U);
}

TEST_F(ScanTest, LargeFilesAreTakenToo) {
  files.set_size("/home/ann/large", 64 << 20);
  plan.take("/home/ann");
  sink.on_keep = [](Object& object, FileSource&) { object.extents = {Extent{}}; };  // all of it is a hole
  run();
  EXPECT_EQ(sink.find("1: home/large")->size, 64U << 20);
  EXPECT_EQ(progress.bytes, 0U) << "holes do not count";
}

TEST_F(ScanTest, EverythingIsClosedInTheEnd) {
  machine.add_file("/home/ann/a/b/f", "x");
  plan.take("/home");
  run();
  EXPECT_EQ(files.open_folders(), 0U);
  EXPECT_EQ(files.open_files(), 0U);
}

TEST_F(ScanTest, DeepTreesAreTakenDownToALimit) {
  constexpr std::size_t kDepth = 4200;
  auto folder = files.open_for_writing("/home/ann");
  for (std::size_t i = 0; i < kDepth; ++i) {
    folder->create_folder("d");
    folder = folder->open_folder_for_writing("d");
  }
  folder.reset();
  plan.take("/home/ann");
  run();
  ASSERT_EQ(sink.findings().size(), 1U);
  EXPECT_THAT(sink.findings()[0], ::testing::StartsWith("unreadable /home/ann/d/d"));
  EXPECT_GT(sink.names().size(), 4000U);
}

TEST(ScanWindowsTest, DrivesAndFoldedNamesAreUnderstood) {
  ManualClock clock;
  MemoryMachine machine(MachineFlavour::windows, clock);
  machine.files().add_drive('D');
  const Account ann = machine.add_account("ann", 1001);
  machine.add_file("C:/Users/ann/DOCUMENTS/Letter.txt", "x");
  machine.add_file("D:/Data/f", "x");
  FakePlan plan;
  plan.take("C:/Users/ann");
  plan.take("D:/Data");
  plan.name("D:/Data");
  LocationTable locations(machine);
  locations.add(1, ann);
  const std::vector<CapturedAccount> accounts = {{1, ann, ann.home}};
  FakeSink sink;
  Progress progress;
  scan({machine, plan, locations, accounts, {}}, sink, progress);
  EXPECT_THAT(sink.names(),
              UnorderedElementsAre("1: home", "1: documents", "1: documents/Letter.txt", "0: D:/Data", "0: D:/Data/f"));
}

}  // namespace
}  // namespace rehome::scan
