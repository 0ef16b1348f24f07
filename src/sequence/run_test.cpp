// SPDX-License-Identifier: Apache-2.0
#include "sequence/run.h"

#include <algorithm>
#include <gmock/gmock.h>

#include "base/core/error.h"
#include "sequence/internal/testing/run_world.h"

namespace rehome::sequence {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(RunSequence, DoesItsStepsInOrder) {
  World world;
  EXPECT_EQ(world.start(with_steps(command("/a") + command("/b"))), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/a", "/b"));
  EXPECT_THAT(world.outcomes(), ElementsAre("/a done", "/b done"));
  EXPECT_EQ(world.state().records.at(1).attempts, 1);
  EXPECT_EQ(world.go_on(), RunEnd::succeeded) << "what has ended stays so";
  EXPECT_EQ(world.done.size(), 2U);
}

TEST(RunSequence, VariablesAreThoseOfTheStepItsGroupsAndTheSequence) {
  World world;
  world.start(
      with_steps("  - group: Outer\n    variables: { V: \"%V%-outer\", W: \"%V%\" }\n    steps:\n"
                 "      - { step: run-command, command: [/x, \"%V%\", \"%W%\", \"%_SMSTSMachineName%\"], variables: { "
                 "V: \"%V%-own\" } }\n" +
                 command("/y, \"%V%\"") + "  - { step: set-variables, variables: { V: second } }\n" +
                 command("/z, \"%V%\", \"%_smstslastactionsucceeded%\"")));
  EXPECT_THAT(world.done, ElementsAre("/x first-outer-own first-outer pc-1", "/y first", "/z second true"));
}

TEST(RunSequence, WhatIsGivenCountsMoreThanWhatTheFileSays) {
  World world;
  world.start(with_steps(command("/x, \"%V%\"")), {{"v", "given"}});
  EXPECT_THAT(world.done, ElementsAre("/x given"));
  const std::string needing = "sequence: x\nneeds: [N]\nsteps:\n" + command("/x, \"%N%\"");
  EXPECT_THROW(world.start(needing), Error);
  EXPECT_EQ(world.start(needing, {{"N", "1"}}), RunEnd::succeeded);
}

TEST(RunSequence, ConditionsChooseStepsAndGroups) {
  const auto runs = [](const std::string& condition) {
    World world;
    world.start(with_steps(command("/x", ", if: " + condition)));
    return !world.done.empty();
  };
  EXPECT_TRUE(runs("{ variable: V }"));
  EXPECT_TRUE(runs("{ variable: V, is: FIRST }"));
  EXPECT_FALSE(runs("{ variable: V, is-not: first }"));
  EXPECT_TRUE(runs("{ variable: _SMSTSInWinPE, is: false }"));
  EXPECT_FALSE(runs("{ variable: V, at-least: 1 }")) << "no number";
  EXPECT_TRUE(runs("{ variable: _SMSTSLastActionRetCode, is-not: 1 }")) << "no step was before";
  EXPECT_TRUE(runs("[{ file: /is/there }, { folder: /folder }]"));
  EXPECT_FALSE(runs("[{ file: /is/there }, { folder: /is/there }]"));
  EXPECT_TRUE(runs("{ any: [{ file: /no }, { folder: /folder }] }"));
  EXPECT_FALSE(runs("{ none: [{ file: /no }, { folder: /folder }] }"));
  EXPECT_FALSE(runs("{ any: [] }"));
  World world;
  world.start(with_steps("  - group: G\n    if: { variable: V, is: other }\n    steps:\n    " + command("/a") + "    " +
                         command("/b") + command("/c") + command("/d", ", disabled: true")));
  EXPECT_THAT(world.done, ElementsAre("/c"));
  EXPECT_THAT(world.outcomes(), ElementsAre("/a passed-over", "/b passed-over", "/c done", "/d passed-over"));
}

TEST(RunSequence, AGroupIsJudgedOnceWhenItBegins) {
  World world;
  world.start(
      with_steps("  - group: G\n    if: { variable: V, is: first }\n    steps:\n"
                 "      - { step: set-variables, variables: { V: other } }\n    " +
                 command("/b")));
  EXPECT_THAT(world.done, ElementsAre("/b"));
}

TEST(RunSequence, FailedStepsAreTriedAgain) {
  World world;
  world.failures_left = 2;
  EXPECT_EQ(world.start(with_steps(command("/fail", ", retries: 2, retry-delay: 30s") + command("/b"))),
            RunEnd::succeeded);
  EXPECT_EQ(world.waited, seconds(60));
  EXPECT_EQ(world.state().records.at(0).attempts, 3);
  World unlucky;
  unlucky.failures_left = 3;
  EXPECT_EQ(unlucky.start(with_steps(command("/fail", ", retries: 2") + command("/b"))), RunEnd::failed);
  EXPECT_THAT(unlucky.outcomes(), ElementsAre("/fail failed", "/b passed-over"));
  EXPECT_EQ(unlucky.state().message, "/fail: it fails");
}

TEST(RunSequence, FailuresGoUpToWhoContinues) {
  World world;
  world.failures_left = 2;
  const std::string text = with_steps(
      "  - group: Outer\n    continue-on-error: true\n    steps:\n"
      "      - group: Inner\n        steps:\n        " +
      command("/fail") + "        " + command("/b") + "    " + command("/c") + command("/d") +
      command("/fail", ", continue-on-error: true") + command("/e"));
  EXPECT_EQ(world.start(text), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/fail", "/d", "/fail", "/e"));
}

constexpr const char* kCapture = R"(  - { step: request-state-store, for: capture }
  - step: capture-user-state
  - { step: run-command, name: /x, command: [/x] }
  - step: release-state-store
  - { step: run-command, name: /y, command: [/y] }
)";

// C-T16
TEST(RunSequence, WhatWasRequestedIsReleasedAlsoAfterAFailure) {
  World world;
  world.failing = {"capture-user-state"};
  EXPECT_EQ(world.start(with_steps(kCapture)), RunEnd::failed);
  EXPECT_THAT(world.done, ElementsAre("request-state-store", "capture-user-state", "release-state-store"));
  EXPECT_EQ(world.state().message, "capture-user-state: no luck");
}

TEST(RunSequence, SecretsEndWithIt) {
  World world;
  const Values given = {{"OSDMigrateLocalAccountPassword", "hush"}, {"Other", "kept"}};
  EXPECT_EQ(world.start(with_steps(command("/b")), given), RunEnd::succeeded);
  EXPECT_EQ(find_value(world.last_values, "OSDMigrateLocalAccountPassword"), "hush");
  EXPECT_EQ(find_value(world.state().values, "Other"), "kept");
  EXPECT_FALSE(world.saved.contains("hush"));
}

TEST(RunSequence, AStepThatWasInterruptedIsRunAgain) {
  World world;
  world.kills_commands = true;
  EXPECT_THROW(world.start(with_steps(command("/a") + command("/b"))), Killed);
  world.kills_commands = false;
  EXPECT_EQ(world.go_on(), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/a", "/a", "/b"));
  EXPECT_EQ(world.state().records.at(0).attempts, 1);
}

TEST(RunSequence, AStepThatIsRunOnceOnlyIsNot) {
  World world;
  world.kills_commands = true;
  EXPECT_THROW(world.start(with_steps(command("/a", ", once: true") + command("/b"))), Killed);
  world.kills_commands = false;
  EXPECT_EQ(world.go_on(), RunEnd::failed);
  EXPECT_THAT(world.done, ElementsAre("/a"));
}

TEST(RunSequence, AStepThatTakesTheComputerDownEachTimeFails) {
  World world;
  world.kills_commands = true;
  EXPECT_THROW(world.start(with_steps(command("/a") + command("/b"))), Killed);
  RunEnd end = RunEnd::waiting;
  for (int lives = 0; lives < 50 && end == RunEnd::waiting; ++lives) {
    try {
      end = world.go_on();
    } catch (const Killed&) {
      ++world.boots;
    }
  }
  EXPECT_EQ(end, RunEnd::failed);
  EXPECT_EQ(std::ranges::count(world.done, "/a"), 6);
  EXPECT_EQ(world.state().records.at(0).outcome, StepOutcome::failed);
}

TEST(RunSequence, TheUserStopsItAndGoesOnLater) {
  World world;
  EXPECT_EQ(world.start(with_steps(command("/stop") + command("/b"))), RunEnd::stopped);
  EXPECT_EQ(world.state().phase, Phase::running);
  World waiting;
  waiting.failures_left = 1;
  waiting.stops_waiting = true;
  EXPECT_EQ(waiting.start(with_steps(command("/fail", ", retries: 1"))), RunEnd::stopped);
  waiting.stops_waiting = false;
  EXPECT_EQ(waiting.go_on(), RunEnd::succeeded);
}

TEST(RunSequence, ATextWithAVariableThatHasNoValueFails) {
  World world;
  EXPECT_EQ(world.start(with_steps(command("/a, \"%OSDComputerName%\""))), RunEnd::failed);
  EXPECT_THAT(world.state().message, HasSubstr("OSDComputerName has no value"));
  EXPECT_THAT(world.done, IsEmpty());
}

TEST(RunSequence, TheTimeLimitReachesTheStep) {
  World world;
  world.start(with_steps(command("/a", ", time-limit: 5m")));
  EXPECT_EQ(world.last_limit, seconds(300));
}

/// Killed before any save: the steps are those of an undisturbed run, each at least once, in their order, and what a
/// failure skips is never run.
TEST(RunSequence, SurvivesADeathBeforeEachSave) {
  const std::string text = with_steps("  - group: G\n    continue-on-error: true\n    steps:\n    " + command("/a") +
                                      "    " + command("/fail") + "    " + command("/never") + "  - step: restart\n" +
                                      command("/b") + command("/restart") + command("/c"));
  for (std::size_t moment = 0; moment < 40; ++moment) {
    World world;
    world.failures_left = 1000;
    world.saves_until_killed = moment;
    RunEnd end = RunEnd::waiting;
    const auto live = [&] {
      try {
        end = world.saved.empty() ? world.start(text) : world.go_on();
      } catch (const Killed&) {
        world.saves_until_killed = SIZE_MAX;
        if (moment % 2 == 0) ++world.boots;  // the computer died, or only the program
      }
    };
    for (int lives = 0; lives < 10 && end == RunEnd::waiting; ++lives) {
      live();
      if (!world.asked.empty()) ++world.boots;
      world.asked.clear();
    }
    EXPECT_EQ(end, RunEnd::succeeded) << moment;
    std::vector<std::string> once = world.done;
    once.erase(std::ranges::unique(once).begin(), once.end());
    EXPECT_THAT(once, ElementsAre("/a", "/fail", "/b", "/restart", "/c")) << moment;
    EXPECT_THAT(world.outcomes(), ElementsAre("/a done", "/fail failed", "/never passed-over", "restart done",
                                              "/b done", "/restart done", "/c done"))
        << moment;
  }
}

TEST(RunStateFile, IsCheckedWhenItIsRead) {
  World world;
  world.start(with_steps(command("/a")));
  const Json whole = parse_json(world.saved, "state");
  EXPECT_EQ(to_text(to_json(run_state_of(whole))), world.saved);
  for (const JsonMember& member : *whole.object()) {
    Json::Object without = *whole.object();
    std::erase_if(without, [&](const JsonMember& one) { return one.name == member.name; });
    EXPECT_THROW(run_state_of(without), Error) << member.name;
  }
}

}  // namespace
}  // namespace rehome::sequence
