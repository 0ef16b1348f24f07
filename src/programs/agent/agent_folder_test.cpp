// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/agent_folder.h"

#include <filesystem>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "programs/agent/agent_log.h"
#include "programs/agent/old_system.h"
#include "programs/agent/step_state.h"
#include "tests/support/scratch_folder.h"

namespace rehome::agent {
namespace {

namespace fs = std::filesystem;

class AgentFolderTest : public ::testing::Test {
 protected:
  static ErrorCode code_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::cancelled;
  }

  testing::ScratchFolder scratch_;
  std::string path_ = scratch_.path_of("var/lib/agent");
};

TEST_F(AgentFolderTest, IsPrivateAndItsFilesAreReplacedWhole) {
  EXPECT_EQ(code_of([&] { AgentFolder::open(path_); }), ErrorCode::not_found);
  AgentFolder folder = AgentFolder::open_or_make(path_);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_all);
  EXPECT_EQ(folder.read("file"), std::nullopt);
  folder.write("file", "one");
  folder.write("file", "two");
  EXPECT_EQ(folder.read("file"), "two");
  EXPECT_EQ(fs::status(path_ + "/file").permissions(), fs::perms::owner_read | fs::perms::owner_write);
  folder.remove("file");
  folder.remove("file");
  EXPECT_EQ(folder.read("file"), std::nullopt);
}

TEST_F(AgentFolderTest, WhatOthersMayUseIsNotBelieved) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  folder.write("file", "text");
  fs::permissions(path_ + "/file", fs::perms::group_read, fs::perm_options::add);
  EXPECT_EQ(code_of([&] { folder.read("file"); }), ErrorCode::refused);
  fs::permissions(path_, fs::perms::others_exec, fs::perm_options::add);
  EXPECT_EQ(code_of([&] { AgentFolder::open(path_); }), ErrorCode::refused);
}

TEST_F(AgentFolderTest, OneAtATime) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  const auto lock = folder.lock();
  EXPECT_EQ(code_of([&] { AgentFolder::open(path_).lock(); }), ErrorCode::busy);
  EXPECT_EQ(AgentFolder::open(path_).try_lock(), nullptr);
}

TEST_F(AgentFolderTest, AnAgentAndAStepWorkSideBySide) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  const auto agent = folder.lock_as_agent();
  const auto step = AgentFolder::open(path_).lock();
  EXPECT_EQ(code_of([&] { AgentFolder::open(path_).lock_as_agent(); }), ErrorCode::busy);
}

TEST_F(AgentFolderTest, PartsOfFilesAreRead) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  folder.write("file", "0123456789");
  EXPECT_EQ(folder.read_part("file", 3, 4), "3456");
  EXPECT_EQ(folder.read_part("file", 8, 4), "89");
  EXPECT_EQ(folder.read_part("file", 10, 4), "");
  EXPECT_EQ(folder.read_part("other", 0, 4), "");
}

TEST_F(AgentFolderTest, KeepsTheStateOfAStep) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  EXPECT_EQ(load_step_state(folder), std::nullopt);
  StepState state;
  state.purpose = site_client::Purpose::restore;
  state.outcome = StepOutcome::failed;
  state.lease = "l-0123456789abcdef";
  state.accounts = {{.number = 7, .name = "ann", .uid = 1001, .sid = "S-1-5"}};
  state.bytes = 1ULL << 40;
  state.message = "why";
  save_step_state(folder, state);
  const std::optional<StepState> back = load_step_state(folder);
  ASSERT_TRUE(back);
  EXPECT_EQ(to_text(to_json(*back)), to_text(to_json(state)));
  forget_step_state(folder);
  EXPECT_EQ(load_step_state(folder), std::nullopt);
  folder.write("step.json", "{\"purpose\": \"capture\"}");
  EXPECT_EQ(code_of([&] { load_step_state(folder); }), ErrorCode::invalid_argument);
}

TEST_F(AgentFolderTest, TheOldSystemIsKnownAgain) {  // S4
  AgentFolder folder = AgentFolder::open_or_make(path_);
  fs::create_directories(scratch_.path_of("old/etc"));
  fs::create_directories(scratch_.path_of("new/etc"));
  scratch_.write("old/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  const std::string old_root = scratch_.path_of("old"), new_root = scratch_.path_of("new");
  refuse_old_system(folder, old_root);
  mark_old_system(folder, old_root);
  EXPECT_EQ(code_of([&] { refuse_old_system(folder, old_root); }), ErrorCode::refused);
  fs::copy(old_root + "/etc/machine-id", new_root + "/etc/machine-id");
  refuse_old_system(folder, new_root);
  forget_old_system(folder);
  refuse_old_system(folder, old_root);
}

TEST_F(AgentFolderTest, TheLogKeepsTheLastLinesForTheSite) {
  AgentFolder folder = AgentFolder::open_or_make(path_);
  const SystemClock clock;
  AgentLog log(folder, clock, nullptr);
  for (std::size_t i = 0; i < AgentLog::kMostKept + 5; ++i) log.say("line " + std::to_string(i));
  const auto lines = log.take_lines();
  ASSERT_EQ(lines.size(), AgentLog::kMostKept);
  EXPECT_EQ(lines.front().text, "line 5");
  EXPECT_TRUE(log.take_lines().empty());
}

}  // namespace
}  // namespace rehome::agent
