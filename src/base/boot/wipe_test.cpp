// SPDX-License-Identifier: Apache-2.0
#include "base/boot/wipe.h"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/core/error.h"
#include "tests/support/scratch_folder.h"

namespace rehome::boot {
namespace {

namespace fs = std::filesystem;

bool shell(const std::string& command) { return std::system(("( " + command + " ) >/dev/null 2>&1").c_str()) == 0; }

/// A real ext4 with a protected folder, and beside it a folder that no wipe may reach.
class WipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root";
    outside_ = scratch_.path_of("outside");
    top_ = scratch_.path_of("volume");
    fs::create_directory(outside_);
    fs::create_directory(top_);
    std::ofstream(outside_ + "/dear") << "mine";
    const std::string image = scratch_.path_of("image");
    if (!shell("truncate -s 64M " + image + " && mkfs.ext4 -q -N 20000 " + image + " && mount -o loop " + image + " " +
               top_)) {
      GTEST_SKIP() << "needs a loop device";
    }
    is_mounted_ = true;
    ASSERT_TRUE(shell("cd " + top_ + " && mkdir -m 700 rehome && mkdir rehome/store && echo kept >rehome/store/file"));
  }
  void TearDown() override {
    EXPECT_TRUE(!is_mounted_ || shell("umount -R " + top_));
    EXPECT_TRUE(fs::exists(outside_ + "/dear")) << "a wipe left its volume";
  }

  std::uint64_t wipe_all() {
    move_away(top_, top_entries(top_, {}), {});
    return remove_moved(top_, {});
  }
  ErrorCode refusal(const std::vector<TopEntry>& entries) {
    try {
      move_away(top_, entries, {});
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "it was moved away";
    return ErrorCode::cancelled;
  }
  void expect_empty() {
    for (const auto& entry : fs::directory_iterator(top_)) EXPECT_EQ(entry.path().filename(), "rehome");
    for (const auto& entry : fs::directory_iterator(top_ + "/rehome")) EXPECT_EQ(entry.path().filename(), "store");
    EXPECT_TRUE(fs::exists(top_ + "/rehome/store/file"));
  }

  testing::ScratchFolder scratch_;
  std::string outside_, top_;
  bool is_mounted_ = false;
};

TEST_F(WipeTest, TakesAllButTheProtectedFolder) {
  ASSERT_TRUE(shell("cd " + top_ +
                    " && mkdir -p etc home/ann/docs && echo x >etc/passwd && echo y >home/ann/docs/a && "
                    "ln home/ann/docs/a rehome/store/linked && mkfifo home/ann/pipe && mknod null c 1 3 && touch top"));
  EXPECT_EQ(wipe_all(), 10U);  // lost+found too
  EXPECT_TRUE(shell("test \"$(cat " + top_ + "/rehome/store/linked)\" = y")) << "what the store links is lost";
  fs::remove(top_ + "/rehome/store/linked");
  expect_empty();
  EXPECT_EQ(wipe_all(), 0U);
}

TEST_F(WipeTest, LinksAreRemovedAndNotFollowed) {
  ASSERT_TRUE(shell("cd " + top_ + " && ln -s " + outside_ + " folder && mkdir home && ln -s " + outside_ +
                    "/dear home/file && ln -s rehome/store store && ln -s / home/all"));
  wipe_all();
  expect_empty();
}

TEST_F(WipeTest, FlagsAreTakenAway) {
  ASSERT_TRUE(shell("cd " + top_ +
                    " && mkdir -p etc log/old && echo x >etc/resolv.conf && echo y >log/old/a && "
                    "chattr +i etc/resolv.conf && chattr +a log/old/a && chattr +a log/old && chattr +i log"));
  wipe_all();
  expect_empty();
}

TEST_F(WipeTest, HostileNamesAndDepthsAreNames) {
  ASSERT_TRUE(shell("cd " + top_ +
                    " && python3 -c '\n"
                    "import os\n"
                    "open(b\"new\\nline\", \"w\"); open(b\"\\xff\\xfe\", \"w\"); os.mkdir(\"-rf\"); os.mkdir(\"...\")\n"
                    "os.mkdir(\"deep-1\"); os.chdir(\"deep-1\")\n"
                    "for i in range(3000): os.mkdir(\"d\" * 200); os.chdir(\"d\" * 200)\n'"));
  EXPECT_GT(wipe_all(), 3000U);
  expect_empty();
}

TEST_F(WipeTest, AMountInTheTreeStopsIt) {
  ASSERT_TRUE(shell("cd " + top_ + " && mkdir -p home/ann/bound && mount --bind " + outside_ + " home/ann/bound"));
  EXPECT_THROW(wipe_all(), Error);
  EXPECT_TRUE(fs::exists(outside_ + "/dear"));
}

TEST_F(WipeTest, AMountAtTheTopIsRefusedBeforeAnything) {
  ASSERT_TRUE(shell("cd " + top_ + " && mkdir bound a && touch a/file && mount --bind " + outside_ + " bound"));
  EXPECT_EQ(refusal({}), ErrorCode::refused);
  EXPECT_TRUE(fs::exists(top_ + "/a/file"));
}

TEST_F(WipeTest, WhatCameLaterIsRefused) {
  ASSERT_TRUE(shell("mkdir " + top_ + "/etc " + top_ + "/home"));
  const std::vector<TopEntry> entries = top_entries(top_, {});
  ASSERT_TRUE(shell("cd " + top_ + " && mv home rehome/aside && mkdir home && touch home/new && rmdir rehome/aside"));
  EXPECT_EQ(refusal(entries), ErrorCode::refused);
  EXPECT_TRUE(fs::exists(top_ + "/home/new"));
  ASSERT_TRUE(shell("cd " + top_ + " && rm -r home && touch vmlinuz"));
  EXPECT_EQ(refusal(entries), ErrorCode::refused);
  EXPECT_TRUE(fs::exists(top_ + "/etc"));
}

TEST_F(WipeTest, AProtectedFolderOfOthersIsRefused) {
  for (const char* change :
       {"chmod 755 rehome", "chmod 700 rehome; chown 1 rehome", "chown 0:1 rehome", "mv rehome x; ln -s x rehome",
        "rm rehome; mkdir -m 700 rehome; mount --bind ../outside rehome", "umount rehome; rmdir rehome"}) {
    ASSERT_TRUE(shell(fmt::format("cd {} && {{ {}; }}", top_, change)));
    EXPECT_THROW(wipe_all(), Error) << change;
    EXPECT_THROW(take_back(top_, {}, {}), Error) << change;
    EXPECT_THROW(remove_moved(top_, {}), Error) << change;
  }
}

TEST_F(WipeTest, WhatCameAfterTheMoveIsRefusedUnderAnyInode) {
  ASSERT_TRUE(shell("cd " + top_ + " && mkdir -p home/ann && touch home/ann/old"));
  const std::vector<TopEntry> entries = top_entries(top_, {});
  move_away(top_, entries, {});
  ASSERT_TRUE(shell("cd " + top_ + " && mv rehome/wiped/home . && touch home/ann/new"));
  EXPECT_THROW(remove_moved(top_, {}), Error);
  EXPECT_TRUE(fs::exists(top_ + "/home/ann/new"));
}

TEST_F(WipeTest, WhatIsMovedInPartComesBackWhole) {
  ASSERT_TRUE(shell("cd " + top_ + " && mkdir -p a b c && touch a/1 b/2 c/3 file"));
  const std::vector<TopEntry> entries = top_entries(top_, {});
  for (const char* moved : {"", "a", "b c", "a b c file"}) {
    ASSERT_TRUE(
        shell("cd " + top_ + " && mkdir -m 700 rehome/wiped && for n in " + moved + "; do mv $n rehome/wiped/; done"));
    take_back(top_, entries, {});
    EXPECT_THAT(top_entries(top_, {}), ::testing::UnorderedElementsAreArray(entries)) << moved;
    EXPECT_TRUE(shell("cd " + top_ + " && test -e a/1 -a -e b/2 -a -e c/3 -a ! -e rehome/wiped")) << moved;
  }
}

TEST_F(WipeTest, NothingComesBackOverWhatCameMeanwhile) {
  ASSERT_TRUE(shell("mkdir " + top_ + "/home && touch " + top_ + "/home/old"));
  const std::vector<TopEntry> entries = top_entries(top_, {});
  move_away(top_, entries, {});
  ASSERT_TRUE(shell("mkdir " + top_ + "/home && touch " + top_ + "/home/new"));
  EXPECT_THROW(take_back(top_, entries, {}), Error);
  EXPECT_TRUE(shell("cd " + top_ + " && test -e home/new -a -e rehome/wiped/home/old"));
}

TEST_F(WipeTest, AStopIsASafeState) {
  ASSERT_TRUE(shell("cd " + top_ + " && mkdir a && touch a/1 a/2 a/3 a/4"));
  move_away(top_, top_entries(top_, {}), {});
  int asked = 0;
  WipeOptions options;
  options.cancelled = [&] { return ++asked > 2; };
  EXPECT_THROW(remove_moved(top_, options), Error);
  remove_moved(top_, {});
  expect_empty();
}

/// Kills it at many moments; returns how often it was still at work.
int kill_often(const std::function<void()>& work) {
  int kills = 0;
  for (int delay_us = 100; delay_us < 60'000; delay_us = delay_us * 3 / 2) {
    const pid_t child = ::fork();
    if (child == 0) {
      work();
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(delay_us));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) ++kills;
  }
  return kills;
}

TEST_F(WipeTest, AKilledRemovalGoesOn) {
  ASSERT_TRUE(shell("cd " + top_ +
                    " && for d in $(seq 40); do mkdir -p u$d/a/b && (cd u$d/a/b && seq 300 | xargs touch);"
                    " done"));
  move_away(top_, top_entries(top_, {}), {});
  EXPECT_GT(kill_often([&] { remove_moved(top_, {}); }), 3);
  remove_moved(top_, {});
  expect_empty();
}

TEST_F(WipeTest, AKilledMoveComesBack) {
  ASSERT_TRUE(shell("cd " + top_ + " && seq 4000 | xargs mkdir"));
  const std::vector<TopEntry> entries = top_entries(top_, {});
  EXPECT_GT(kill_often([&] { move_away(top_, entries, {}); }), 3);
  take_back(top_, entries, {});
  EXPECT_THAT(top_entries(top_, {}), ::testing::UnorderedElementsAreArray(entries));
}

}  // namespace
}  // namespace rehome::boot
