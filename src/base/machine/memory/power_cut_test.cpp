// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"

namespace rehome {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PowerCutTest : public ::testing::Test {
 protected:
  PowerCutTest() {
    files.add_file("/store/old", "old");
    files.lose_unsynced();
    folder = files.open_for_writing("/store");
  }
  void write(std::string_view name, std::string_view content, bool synced) {
    const auto file = folder->create_file(name);
    file->write_at(0, as_bytes(content));
    if (synced) file->sync();
    file->commit_replacing();
  }
  ManualClock clock;
  MemoryFileTree files{MachineFlavour::linux, clock};
  std::unique_ptr<WritableFolder> folder;
};

TEST_F(PowerCutTest, WhatWasThereBeforeStays) {
  files.crash();
  EXPECT_EQ(files.content_of("/store/old"), "old");
}

TEST_F(PowerCutTest, FileAndNameSyncedStay) {
  write("f", "content", true);
  folder->sync();
  files.crash();
  EXPECT_EQ(files.content_of("/store/f"), "content");
}

TEST_F(PowerCutTest, ANameThatWasNotSyncedIsLost) {
  write("f", "content", true);
  files.crash();
  EXPECT_FALSE(files.exists("/store/f"));
}

TEST_F(PowerCutTest, ContentThatWasNotSyncedIsLost) {
  write("f", "content", false);
  folder->sync();
  files.crash();
  EXPECT_EQ(files.content_of("/store/f"), "");
}

TEST_F(PowerCutTest, AReplacedFileComesBack) {
  write("old", "new", true);
  EXPECT_EQ(files.content_of("/store/old"), "new");
  files.crash();
  EXPECT_EQ(files.content_of("/store/old"), "old");
}

TEST_F(PowerCutTest, RemovalAndRenameAreUndone) {
  folder->rename("old", *folder, "renamed", false);
  files.crash();
  EXPECT_THAT(files.names_in("/store"), ElementsAre("old"));
  EXPECT_EQ(files.inspect("/store/old").link_count, 1U);
  folder = files.open_for_writing("/store");
  folder->remove_file("old");
  files.crash();
  EXPECT_EQ(files.content_of("/store/old"), "old");
}

TEST_F(PowerCutTest, ASyncedFolderIsLostWithItsOwnName) {
  folder->create_folder("sub");
  folder->open_folder_for_writing("sub")->sync();
  files.crash();
  EXPECT_FALSE(files.exists("/store/sub"));
}

TEST_F(PowerCutTest, SyncingTheVolumeCoversEverythingOnIt) {
  folder->create_folder("sub");
  write("f", "content", false);
  folder->sync_volume();
  files.crash();
  EXPECT_THAT(files.names_in("/store"), ElementsAre("f", "old", "sub"));
  EXPECT_EQ(files.content_of("/store/f"), "content");
}

TEST_F(PowerCutTest, SyncingOneVolumeDoesNotCoverAnother) {
  files.mount("/other");
  files.add_folder("/other/sub");
  const auto other = files.open_for_writing("/other/sub");
  other->create_folder("new");
  folder->sync_volume();
  files.crash();
  EXPECT_THAT(files.names_in("/other/sub"), IsEmpty());
}

TEST_F(PowerCutTest, LuckDecidesWhatIsKept) {
  bool kept = false, lost = false;
  for (std::uint64_t luck = 0; luck < 20; ++luck) {
    folder = files.open_for_writing("/store");
    write("f", "content", true);
    files.crash(luck);
    (files.exists("/store/f") ? kept : lost) = true;
    files.remove("/store/f");
  }
  EXPECT_TRUE(kept);
  EXPECT_TRUE(lost);
}

TEST_F(PowerCutTest, LocksAreGone) {
  const auto held = folder->try_lock("lock");
  files.crash();
  folder = files.open_for_writing("/store");
  EXPECT_NE(folder->try_lock("lock"), nullptr);
}

TEST_F(PowerCutTest, WhatATestDoesByWholePathsIsDurable) {
  files.add_file("/store/sub/f", "content");
  files.remove("/store/old");
  files.crash();
  EXPECT_THAT(files.paths_below("/store"), ElementsAre("/store/sub", "/store/sub/f"));
  EXPECT_EQ(files.content_of("/store/sub/f"), "content");
}

}  // namespace
}  // namespace rehome
