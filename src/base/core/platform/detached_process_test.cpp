// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/detached_process.h"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <thread>

#include "base/core/error.h"
#include "base/core/platform/child_process.h"
#include "tests/support/scratch_folder.h"

namespace rehome::platform {
namespace {

int end_of(DetachedProcess& child) {
  while (!child.ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
  return *child.ended();
}

std::string content(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(DetachedProcess, SaysHowItEndedAndWhatItSaid) {
  const testing::ScratchFolder scratch;
  const std::string output = scratch.path_of("output");
  for (const int code : {0, 7}) {
    DetachedProcess child({"/bin/sh", "-c", "echo said; echo complained >&2; exit \"$1\"", "sh", std::to_string(code)},
                          output);
    EXPECT_EQ(end_of(child), code);
  }
  EXPECT_EQ(content(output), "said\ncomplained\nsaid\ncomplained\n");
  EXPECT_EQ(std::filesystem::status(output).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST(DetachedProcess, StopsWhenItIsAsked) {
  const testing::ScratchFolder scratch;
  DetachedProcess child({"/bin/sleep", "60"}, scratch.path_of("output"));
  EXPECT_EQ(child.ended(), std::nullopt);
  child.ask_to_stop();
  EXPECT_EQ(end_of(child), kKilledBySignal + SIGTERM);
}

TEST(DetachedProcess, HasNoFilesOfThisProcess) {
  const testing::ScratchFolder scratch;
  const std::string output = scratch.path_of("output");
  std::FILE* open = std::fopen(scratch.path_of("other").c_str(), "w");
  DetachedProcess child({"/bin/ls", "/proc/self/fd"}, output);
  EXPECT_EQ(end_of(child), 0);
  EXPECT_EQ(content(output), "0\n1\n2\n3\n") << "3 is the folder that ls reads";
  std::fclose(open);
}

TEST(DetachedProcess, AProgramThatIsNotThereIsSaid) {
  const testing::ScratchFolder scratch;
  EXPECT_THROW(DetachedProcess({"/nowhere/program"}, scratch.path_of("output")), Error);
}

}  // namespace
}  // namespace rehome::platform
