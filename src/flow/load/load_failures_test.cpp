// SPDX-License-Identifier: Apache-2.0
// A restore that has no room, fails, is cancelled or killed: what it leaves, and that the same command goes on.

#include <cerrno>
#include <gmock/gmock.h>

#include "flow/load/load.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(LoadTest, FoldersThatAreOnlyImpliedNeedInodesToo) {
  machine_.files().mount("/home", {.capacity_inodes = 60});
  std::string rest;
  for (int i = 0; i < 50; ++i) rest += "a/";
  state_.add_folder(kAnn, rest + "a");
  state_.add_file(kAnn, rest + "a/x", "x");
  EXPECT_EQ(run().written, 2U) << "each folder is counted once";
  state_.add_file(kAnn, "b/" + rest + "x", "x");
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_FALSE(exists("/home/ann/b"));
}

TEST_F(LoadTest, TooLittleRoomIsSaidBeforeAnythingIsWritten) {
  machine_.files().mount("/home", {.capacity_bytes = 100'000});
  state_.add_file(kAnn, "big", std::string(200'000, 'x'));
  const Error error = run_failing();
  EXPECT_EQ(error.code(), ErrorCode::no_space);
  EXPECT_THAT(error.message(), HasSubstr("has 100 kB and"));
  EXPECT_THAT(error.message(), HasSubstr("needs 201 kB and"));
  EXPECT_THAT(machine_.accounts().list(), SizeIs(1));
  EXPECT_FALSE(exists("/home/ann"));
}

TEST_F(LoadTest, TooFewInodesAreSaidBeforeAnythingIsWritten) {
  machine_.files().mount("/home", {.capacity_inodes = 5});
  for (int i = 0; i < 10; ++i) state_.add_file(kAnn, "f" + std::to_string(i), "");
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_FALSE(exists("/home/ann"));
}

TEST_F(LoadTest, SizesThatOverflowNeedTooMuchRoom) {
  state_.add(NodeKind::file, kAnn, "a").size = UINT64_MAX;
  state_.add(NodeKind::file, kAnn, "b").size = UINT64_MAX;
  machine_.files().mount("/home", {.capacity_bytes = 1'000'000});
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
}

TEST_F(LoadTest, RoomIsCountedWhereItIsNeeded) {
  machine_.add_account("ann", 1000);
  machine_.files().mount("/home/ann", {.capacity_bytes = 100'000});
  state_.add_account(8, "bob", 1001);
  options_.accounts = {kAnn, 8};
  state_.add_file(8, "big", std::string(200'000, 'x'));
  state_.add_file(kAnn, "small", "x");
  EXPECT_EQ(run().written, 2U);
}

TEST_F(LoadTest, WhatIsThereAlreadyNeedsNoRoom) {
  machine_.files().mount("/home", {.capacity_bytes = 300'000});
  state_.add_file(kAnn, "big", std::string(200'000, 'x'));
  run();
  EXPECT_EQ(run().already_there, 1U);
}

TEST_F(LoadTest, AFullVolumeEndsItAndTheSameCommandGoesOn) {
  for (int i = 0; i < 20; ++i) state_.add_file(kAnn, "f" + std::to_string(i), std::string(1000, 'x'));
  machine_.failures().fail_once(Operation::write, "*", ENOSPC, 10);
  const Error error = run_failing();
  EXPECT_EQ(error.code(), ErrorCode::no_space);
  EXPECT_THAT(error.message(), HasSubstr("goes on"));
  for (const MachinePath& path : machine_.files().paths_below("/home/ann")) {
    EXPECT_EQ(content(path), std::string(1000, 'x')) << path;
  }
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 20U);
  EXPECT_GT(report.already_there, 0U);
  EXPECT_THAT(machine_.files().names_in("/home/ann"), SizeIs(20));
}

TEST_F(LoadTest, OtherFailuresCostOneObject) {
  state_.add_file(kAnn, "a", "x");
  state_.add_file(kAnn, "b", "x");
  state_.add_file(kAnn, "d/c", "x");
  machine_.failures().fail(Operation::commit, "/home/ann/a", EIO);
  machine_.failures().fail(Operation::create_folder, "/home/ann/.rehome-tmp-*", EACCES);
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 1U);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
}

/// Whichever of its names can be had: the others are links to the first of those.
TEST_F(LoadTest, ANameThatCannotBeMadeCostsNoFurtherName) {
  for (const char* name : {"a/1", "b/2", "c/3", "c/4"}) {
    Object& object = state_.add_file(kAnn, name, "content");
    object.link_group = 1;
    object.leads_link_group = name == std::string("a/1");
  }
  for (const char* folder : {"/home/ann/a", "/home/ann/b"}) {
    machine_.add_folder(folder);
    give_to_ann(folder);
    machine_.failures().fail(Operation::create_file, std::string(folder) + "/*", EPERM);
    machine_.failures().fail(Operation::commit, std::string(folder) + "/*", EPERM);
  }
  give_to_ann("/home/ann");
  run();
  ASSERT_TRUE(exists("/home/ann/c/3")) << findings_.text();
  EXPECT_EQ(content("/home/ann/c/3"), "content");
  EXPECT_EQ(at("/home/ann/c/3").inode, at("/home/ann/c/4").inode);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
}

TEST_F(LoadTest, AFileTooLargeForTheVolumeCostsOneObject) {
  state_.add_file(kAnn, "a", "x");
  state_.add_file(kAnn, "b", "x");
  machine_.failures().fail(Operation::write, "/home/ann/a", EFBIG);
  run();
  EXPECT_TRUE(exists("/home/ann/b"));
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

/// Killed or failing at any change of the account files: the next run makes what is missing.
TEST_F(LoadTest, AccountsAreMadeWholeOrNotAtAll) {
  machine_.accounts().create_group({"audio", 29, {}});
  state_.info().accounts[0].account.groups = {"audio"};
  state_.add_file(kAnn, "a", "x");
  bool was_whole = false;
  for (std::uint64_t change = 1; change < 6 && !was_whole; ++change) {
    machine_.accounts().fail_changes_from(change, ErrorCode::io);
    try {
      run();
      was_whole = true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io) << change;
    }
    machine_.accounts().fail_changes_from(0, ErrorCode::io);
    run();
    EXPECT_THAT(account("ann").groups, ElementsAre("audio")) << "failed at change " << change;
    machine_.accounts().remove("ann");
  }
  EXPECT_TRUE(was_whole);
}

TEST_F(LoadTest, AnAccountThatCannotBeMadeCostsNoOther) {
  state_.add_account(8, "bob", 1001);
  state_.add_file(kAnn, "a", "x");
  state_.add_file(8, "b", "x");
  options_.accounts = {kAnn, 8};
  machine_.accounts().create_group({"bob", 1001, {}});
  // The first change is ann's group, the second ann.
  machine_.accounts().fail_changes_from(2, ErrorCode::already_exists);
  state_.before_content = [&](const Object&) { ADD_FAILURE() << "nobody was made"; };
  EXPECT_EQ(run().objects, 0U);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
  EXPECT_THAT(machine_.files().paths_below("/home"), IsEmpty());
  machine_.accounts().fail_changes_from(0, ErrorCode::io);
  state_.before_content = nullptr;
  EXPECT_EQ(run().objects, 2U);
  EXPECT_EQ(account("ann").gid, 1000U) << "the group that was made is used";
}

TEST_F(LoadTest, CancellingEndsIt) {
  for (int i = 0; i < 50; ++i) state_.add_file(kAnn, "f" + std::to_string(i), "x");
  state_.before_content = [&](const Object& object) {
    if (object.location.rest == "f5") progress_.cancelled = true;
  };
  EXPECT_EQ(run_failing().code(), ErrorCode::cancelled);
  EXPECT_FALSE(exists("/home/ann/f49"));
}

TEST_F(LoadTest, AServerThatCannotBeReachedEndsIt) {
  for (const char* name : {"a", "b"}) state_.add_file(kAnn, name, "content");
  state_.before_content = [&](const Object&) { throw Error(ErrorCode::unreachable, "cannot speak with smp:443"); };
  EXPECT_EQ(run_failing().code(), ErrorCode::unreachable);
  EXPECT_TRUE(findings_.of(FindingKind::damaged).empty());
  EXPECT_TRUE(findings_.of(FindingKind::not_restored).empty());
}

TEST_F(LoadTest, FoldersOfARestoreThatEndsEarlyBelongToTheirOwners) {
  state_.add_folder(kAnn, "");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a", "x");
  state_.before_content = [&](const Object&) { progress_.cancelled = true; };
  EXPECT_EQ(run_failing().code(), ErrorCode::cancelled);
  for (const char* path : {"/home/ann", "/home/ann/d"}) {
    EXPECT_EQ(at(path).metadata.uid, 1000U) << path;
    EXPECT_EQ(at(path).metadata.mode, 0700U) << path;
  }
}

class KilledRestore : public LoadTest {
 public:
  KilledRestore() {
    state_.add_folder(kAnn, "");
    state_.add_folder(kAnn, "d");
    state_.add_file(kAnn, "d/e/a", "x");
    state_.add_symlink(kAnn, "d/s", "a");
    state_.add(NodeKind::fifo, kAnn, "d/f");
    options_.threads = 1;
  }
  void TestBody() override {}
  /// False where it had ended by then.
  bool run_until(std::uint64_t call) {
    bool is_killed = false;
    machine_.failures().before(Operation::any, "*", [&](const MachinePath&) { is_killed = true; }, call);
    machine_.failures().fail_everything_from(call, EIO);
    try {
      run();
    } catch (const Error&) {
      EXPECT_TRUE(is_killed);
    }
    machine_.failures().clear();
    return is_killed;
  }
  void run_again() {
    findings_.clear();
    run();
    EXPECT_THAT(findings_.of(FindingKind::metadata_lost), IsEmpty()) << findings_.text();
  }
  void expect_owned() {
    for (const MachinePath& path : machine_.files().paths_below("/home")) {
      const bool has_its_name = path.find(kTemporaryPrefix) == std::string::npos;
      EXPECT_TRUE(!has_its_name || at(path).metadata.uid == 1000U) << path;
    }
  }
};

/// Killed before any call whatever: what has a name of the store's by then is its owner's.
TEST(KilledRestoreTest, LeavesNothingThatOnlyRootCanUseAndTheSameCommandGoesOn) {
  bool was_killed = true;
  for (std::uint64_t call = 1; was_killed; ++call) {
    SCOPED_TRACE(call);
    KilledRestore restore;
    was_killed = restore.run_until(call);
    restore.expect_owned();
    restore.run_again();
    restore.expect_owned();
  }
}

TEST_F(LoadTest, EverythingIsDurableWhenItReturns) {
  machine_.files().lose_unsynced();
  state_.add_folder(kAnn, "");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a", "x");
  run();
  const auto before = tree("/home");
  machine_.files().crash();
  EXPECT_EQ(tree("/home"), before);
  EXPECT_EQ(machine_.failures().calls(Operation::sync), 0U);
  EXPECT_EQ(machine_.failures().calls(Operation::sync_volume), 1U);
}

}  // namespace
}  // namespace rehome::load
