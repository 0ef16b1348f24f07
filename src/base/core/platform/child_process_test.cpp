// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/child_process.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <thread>

#include "base/core/error.h"

namespace rehome::platform {
namespace {

using std::chrono::steady_clock;

/// Not one that has died and waits for somebody to notice.
bool runs(const std::string& process) {
  std::ifstream stat("/proc/" + process + "/stat");
  std::string line;
  return std::getline(stat, line) && line.find(") Z ") == std::string::npos;
}

TEST(ChildProcess, GivesOutputAndCode) {
  const ProgramEnd end = run_program({"/bin/sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(end.code, 7);
  EXPECT_EQ(end.output, "out\nerr\n");
  EXPECT_EQ(run_program({"/bin/sh", "-c", "kill -9 $$"}).code, 137);
  EXPECT_THROW(run_program({"/does/not/exist"}), Error);
}

TEST(ChildProcess, RunsInItsFolderWithNothingToRead) {
  std::string said;
  const auto keep = [&](std::string_view more) { said += more; };
  EXPECT_EQ(
      run_child({"/bin/sh", "-c", "pwd; cat"}, {.place = {.folder = "/usr"}, .on_output = keep, .wants_end = {}}).code,
      0);
  EXPECT_EQ(said, "/usr\n");
  EXPECT_THROW(run_child({"/bin/true"}, {.place = {.folder = "/does/not/exist"}, .on_output = {}, .wants_end = {}}),
               Error);
}

TEST(ChildProcess, KeepsAllOfALongOutputAndItsEnd) {
  std::size_t size = 0;
  const auto count = [&](std::string_view more) { size += more.size(); };
  run_child({"/bin/sh", "-c", "head -c 3000000 /dev/zero"}, {.place = {}, .on_output = count, .wants_end = {}});
  EXPECT_EQ(size, 3'000'000U);
}

TEST(ChildProcess, DoesNotWaitForWhatItLeavesRunning) {
  const auto start = steady_clock::now();
  EXPECT_EQ(run_program({"/bin/sh", "-c", "sleep 60 & echo begun"}).output, "begun\n");
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(ChildProcess, IsEndedWithAllThatItStarted) {
  std::string said;
  const ChildEnd end = run_child({"/bin/sh", "-c", "sleep 60 & echo $!; wait"},
                                 {.place = {},
                                  .on_output = [&](std::string_view more) { said += more; },
                                  .wants_end = [&] { return said.ends_with('\n'); }});
  EXPECT_TRUE(end.was_ended);
  EXPECT_EQ(end.code, 128 + SIGTERM);
  const std::string grandchild = said.substr(0, said.size() - 1);
  for (int i = 0; i < 100 && runs(grandchild); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(50));
  EXPECT_FALSE(runs(grandchild));
}

TEST(ChildProcess, DiesWithItsParent) {
  int ends[2] = {};
  ASSERT_EQ(::pipe(ends), 0);
  const pid_t parent = ::fork();
  if (parent == 0) {
    static_cast<void>(start_child({"/bin/sh", "-c", "exec sleep 60"}, ends[1]));
    ::kill(::getpid(), SIGKILL);
  }
  ::close(ends[1]);
  ::waitpid(parent, nullptr, 0);
  char byte = 0;
  const auto start = steady_clock::now();
  EXPECT_EQ(::read(ends[0], &byte, 1), 0) << "its output is closed";
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(30));
  ::close(ends[0]);
}

}  // namespace
}  // namespace rehome::platform
