// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_record.h"

#include <filesystem>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "programs/agent/sequence_program.h"
#include "tests/support/scratch_folder.h"

namespace rehome::agent {
namespace {

std::string id(std::size_t number) { return fmt::format("{:032x}", number); }

class DeploymentRecordTest : public ::testing::Test {
 protected:
  testing::ScratchFolder scratch_;
  AgentFolder folder_ = AgentFolder::open_or_make(scratch_.path_of("agent"));
};

TEST_F(DeploymentRecordTest, ComesBackAsItWasKept) {
  EXPECT_FALSE(load_deployments(folder_).current.has_value());
  DeploymentRecord record;
  accept(record, {.id = id(1), .until = 7}, 0);
  record.current = CurrentDeployment{.id = id(1),
                                     .end = "failed",
                                     .message = "why",
                                     .is_cancelled = true,
                                     .starts = 3,
                                     .steps_done = 2,
                                     .sent_bytes = 9};
  save_deployments(folder_, record);
  const DeploymentRecord back = load_deployments(folder_);
  EXPECT_TRUE(was_accepted(back, id(1)));
  EXPECT_FALSE(was_accepted(back, id(2)));
  EXPECT_EQ(back.current->message, "why");
  EXPECT_TRUE(back.current->is_cancelled);
  EXPECT_EQ(back.current->starts, 3);
  EXPECT_EQ(back.current->sent_bytes, 9U);
}

// Or what was accepted could run again.
TEST_F(DeploymentRecordTest, WhatCannotBeReadIsNotTakenForNothing) {
  for (const char* bad : {"", "{}", R"({"accepted": [{"id": "x", "until": 1}], "current": null})"}) {
    folder_.write("deployments.json", bad);
    EXPECT_THROW(load_deployments(folder_), Error) << bad;
  }
}

TEST_F(DeploymentRecordTest, ForgetsOnlyThoseWhoseTimeIsOver) {
  DeploymentRecord record;
  for (std::size_t i = 0; i < 10'000; ++i) accept(record, {.id = id(i), .until = i == 5 ? 10 : 100}, 0);
  EXPECT_THROW(accept(record, {.id = id(20'000), .until = 100}, 10), Error);
  accept(record, {.id = id(20'000), .until = 100}, 11);
  EXPECT_FALSE(was_accepted(record, id(5)));
  EXPECT_TRUE(was_accepted(record, id(0)));
  save_deployments(folder_, record);
  EXPECT_EQ(load_deployments(folder_).accepted.size(), 10'000U);
}

TEST_F(DeploymentRecordTest, TheFoldersOfTheLastStay) {
  DeploymentRecord record;
  for (std::size_t i = 0; i < 25; ++i) {
    accept(record, {.id = id(i)}, 0);
    open_deployment_folder(folder_.path(), id(i)).write(kSequenceOutputFile, "said");
    tidy_deployment_folders(folder_.path(), record);
  }
  const auto is_there = [&](std::size_t i) {
    return std::filesystem::exists(folder_.path() + "/deployments/" + id(i));
  };
  EXPECT_FALSE(is_there(0));
  EXPECT_FALSE(is_there(4));
  EXPECT_TRUE(is_there(5));
  EXPECT_TRUE(is_there(24));
}

TEST(SequenceProgram, WhatItsEndMeans) {
  sequence::RunState state{.phase = sequence::Phase::ended};
  EXPECT_EQ(meaning_of_end(3, &state), ProgramEnd::ended);
  EXPECT_EQ(meaning_of_end(137, &state), ProgramEnd::ended);
  state.phase = sequence::Phase::restarting;
  EXPECT_EQ(meaning_of_end(15, &state), ProgramEnd::waits_for_restart);
  EXPECT_EQ(meaning_of_end(137, &state), ProgramEnd::interrupted);
  state.phase = sequence::Phase::running;
  EXPECT_EQ(meaning_of_end(4, &state), ProgramEnd::interrupted);
  EXPECT_EQ(meaning_of_end(12, nullptr), ProgramEnd::interrupted);
  EXPECT_EQ(meaning_of_end(2, nullptr), ProgramEnd::broken);
  EXPECT_EQ(meaning_of_end(0, &state), ProgramEnd::broken);
}

}  // namespace
}  // namespace rehome::agent
