// SPDX-License-Identifier: Apache-2.0
#include "sequence/run.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>
#include <set>

#include "base/core/error.h"
#include "sequence/read.h"

namespace rehome::sequence {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What a process that is killed throws through everything.
struct Killed {};

/// A computer on which commands are words: "/fail N" fails N times, "/restart" wants a restart.
class World final : public StepActions, public Host, public Journal {
 public:
  // StepActions
  StepEnd run(const Action& action, const Values& values, const std::optional<seconds>& time_limit) override {
    last_limit = time_limit;
    last_values = values;
    if (const auto* command = std::get_if<RunCommand>(&action)) return run_command(*command);
    if (const auto* state = std::get_if<RunStateStep>(&action)) {
      done.emplace_back(name_of(state->step));
    } else {
      done.emplace_back(name_of(action));
    }
    if (failing.contains(done.back())) return {.succeeded = false, .code = 9, .message = "no luck"};
    return {};
  }

  // Host
  std::string name() override { return "pc-1"; }
  std::string folder() override { return in_other_root ? "/target/rehome" : "/rehome"; }
  std::string boot() override { return std::to_string(boots); }
  bool is_in_other_root() override { return in_other_root; }
  bool has_file(const std::string& path) override { return path == "/is/there"; }
  bool has_folder(const std::string& path) override { return path == "/folder"; }
  std::int64_t seconds_since_1970() override { return clock++; }
  bool wait(seconds duration) override {
    waited += duration;
    return !stops_waiting;
  }
  void restart() override {
    if (cannot_restart) throw Error(ErrorCode::refused, "not allowed to restart");
    asked.emplace_back("restart");
  }
  void enter_other_root(const std::string& image) override { asked.push_back("enter " + image); }

  // Journal
  void save(const RunState& state) override {
    if (saves_until_killed == 0) throw Killed{};
    --saves_until_killed;
    saved = to_text(to_json(state));
  }
  void say(const std::string& line) override { said.push_back(line); }

  /// As after a restart or a crash: nothing is known but what was saved.
  RunEnd go_on() {
    RunState state = run_state_of(parse_json(saved, "state"));
    return sequence::run(read_sequence(state.file, state.text).sequence, state, {*this, *this, *this});
  }
  RunEnd start(const std::string& text, const Values& given = {}) {
    const ReadSequence read = read_sequence("s.yaml", text);
    for (const Diagnostic& one : read.diagnostics) EXPECT_NE(one.severity, Severity::error) << to_text(one);
    RunState state = begin_run(read.sequence, text, given);
    return sequence::run(read.sequence, state, {*this, *this, *this});
  }
  RunState state() const { return run_state_of(parse_json(saved, "state")); }
  std::vector<std::string> outcomes() const {
    std::vector<std::string> outcomes;
    for (const StepRecord& record : state().records) {
      outcomes.push_back(record.name + " " + std::string(name_of(record.outcome)));
    }
    return outcomes;
  }

  std::vector<std::string> done, asked, said;
  std::set<std::string> failing;
  int failures_left = 0;
  int boots = 1;
  bool in_other_root = false, cannot_restart = false, stops_waiting = false;
  bool kills_commands = false;
  std::int64_t clock = 1000;
  seconds waited{0};
  std::optional<seconds> last_limit;
  Values last_values;
  std::size_t saves_until_killed = SIZE_MAX;
  std::string saved;

 private:
  StepEnd run_command(const RunCommand& command) {
    std::string line;
    for (const Text& word : command.words) line += (line.empty() ? "" : " ") + word.text;
    done.push_back(line);
    if (kills_commands) throw Killed{};
    if (line.starts_with("/stop")) throw Error(ErrorCode::cancelled, "stopped");
    if (line.starts_with("/fail") && failures_left-- > 0) return {.succeeded = false, .code = 3, .message = "it fails"};
    return {.wants_restart = line.starts_with("/restart")};
  }
};

std::string command(const std::string& line, const std::string& more = "") {
  return "  - { step: run-command, name: '" + line + "', command: [" + line + "]" + more + " }\n";
}
std::string with_steps(const std::string& steps) { return "sequence: Try\nvariables: { V: first }\nsteps:\n" + steps; }

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

TEST(RunSequence, GoesOnAfterARestart) {
  World world;
  const std::string text = with_steps(command("/a") + "  - step: restart\n" + command("/restart") + command("/b"));
  EXPECT_EQ(world.start(text), RunEnd::waiting);
  EXPECT_THAT(world.asked, ElementsAre("restart"));
  EXPECT_EQ(world.go_on(), RunEnd::waiting) << "it is still the same boot: asked again";
  EXPECT_EQ(world.asked.size(), 2U);
  ++world.boots;
  world.clock = 5;  // a clock that lost its battery
  EXPECT_EQ(world.go_on(), RunEnd::waiting);
  EXPECT_THAT(world.done, ElementsAre("/a", "/restart"));
  ++world.boots;
  EXPECT_EQ(world.go_on(), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/a", "/restart", "/b"));
}

TEST(RunSequence, ARestartThatCannotBeIsAFailure) {
  World world;
  world.cannot_restart = true;
  EXPECT_EQ(world.start(with_steps("  - step: restart\n" + command("/b"))), RunEnd::failed);
  EXPECT_THAT(world.outcomes(), ElementsAre("restart failed", "/b passed-over"));
}

TEST(RunSequence, WhatCannotBePreparedIsNotLeft) {
  World world;
  world.failing = {"enter-other-root"};
  EXPECT_EQ(world.start(with_steps("  - step: enter-other-root\n" + command("/b"))), RunEnd::failed);
  EXPECT_THAT(world.asked, IsEmpty());
  EXPECT_EQ(world.state().message, "enter-other-root: no luck");
}

TEST(RunSequence, SecretsEndWithIt) {
  World world;
  const Values given = {{"OSDMigrateLocalAccountPassword", "hush"}, {"Other", "kept"}};
  EXPECT_EQ(world.start(with_steps(command("/b")), given), RunEnd::succeeded);
  EXPECT_EQ(find_value(world.last_values, "OSDMigrateLocalAccountPassword"), "hush");
  EXPECT_EQ(find_value(world.state().values, "Other"), "kept");
  EXPECT_FALSE(world.saved.contains("hush"));
}

TEST(RunSequence, TheOtherRootIsAwaited) {
  const std::string text = with_steps("  - { step: enter-other-root, image: \"/boot/%V%\" }\n" +
                                      command("/b, \"%_SMSTSInWinPE%\", \"%_RehomeFolder%\"") + "  - step: restart\n" +
                                      command("/c, \"%_SMSTSInWinPE%\""));
  World world;
  EXPECT_EQ(world.start(text), RunEnd::waiting);
  EXPECT_THAT(world.asked, ElementsAre("enter /boot/first"));
  ++world.boots;
  EXPECT_EQ(world.go_on(), RunEnd::waiting) << "the old system started again";
  EXPECT_EQ(world.asked.size(), 2U);
  ++world.boots;
  world.in_other_root = true;
  EXPECT_EQ(world.go_on(), RunEnd::waiting);
  ++world.boots;
  world.in_other_root = false;
  EXPECT_EQ(world.go_on(), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("enter-other-root", "/b true /target/rehome", "/c false")) << "prepared once";

  World lost;
  lost.start(text);
  RunEnd end = RunEnd::waiting;
  for (int i = 0; i < 10 && end == RunEnd::waiting; ++i) {
    ++lost.boots;
    end = lost.go_on();
  }
  EXPECT_EQ(end, RunEnd::failed);
  EXPECT_THAT(lost.done, ElementsAre("enter-other-root"))
      << "what belongs into the other root is not done in the old system";
  EXPECT_THAT(lost.state().message, HasSubstr("not the other root"));
}

const std::string kThereAndBack = with_steps("  - { step: enter-other-root, image: /boot/other }\n" + command("/b") +
                                             command("/c") + "  - step: restart\n" + command("/d"));

/// The computer starts again, into one of its roots.
RunEnd started(World& world, bool in_other_root) {
  ++world.boots;
  world.in_other_root = in_other_root;
  try {
    return world.go_on();
  } catch (const Killed&) {
    return RunEnd::waiting;
  }
}

TEST(RunSequence, APowerCutInTheOtherRootLeadsBackThere) {
  World world;
  world.start(kThereAndBack);
  world.kills_commands = true;
  started(world, true);
  world.kills_commands = false;
  EXPECT_EQ(started(world, false), RunEnd::waiting) << "the old system started";
  EXPECT_THAT(world.done, ElementsAre("enter-other-root", "/b")) << "nothing of the other root is done there";
  EXPECT_THAT(world.asked, ElementsAre("enter /boot/other", "enter /boot/other"));
  EXPECT_EQ(started(world, true), RunEnd::waiting);
  EXPECT_EQ(started(world, false), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("enter-other-root", "/b", "/b", "/c", "/d"));
  EXPECT_EQ(world.state().records.at(1).attempts, 1);
}

TEST(RunSequence, AnOtherRootThatEndsEachTimeFails) {
  World world;
  world.start(kThereAndBack);
  world.kills_commands = true;
  RunEnd end = RunEnd::waiting;
  for (int i = 0; i < 20 && end == RunEnd::waiting; ++i) end = started(world, i % 2 == 0);
  EXPECT_EQ(end, RunEnd::failed);
  EXPECT_EQ(std::ranges::count(world.done, "/c"), 0);
  EXPECT_EQ(std::ranges::count(world.done, "/d"), 0);
}

TEST(RunSequence, WhatBelongsIntoTheInstalledSystemIsNotDoneInTheOtherRoot) {
  World world;
  world.start(kThereAndBack);
  started(world, true);
  EXPECT_EQ(started(world, true), RunEnd::waiting) << "the other root once more, and not the new system";
  EXPECT_EQ(started(world, false), RunEnd::succeeded);
  EXPECT_EQ(world.done.back(), "/d");

  World by_hand;
  by_hand.start(kThereAndBack);
  started(by_hand, true);
  by_hand.kills_commands = true;
  started(by_hand, false);
  by_hand.kills_commands = false;
  EXPECT_EQ(started(by_hand, true), RunEnd::waiting) << "somebody started the other root where /d was interrupted";
  EXPECT_EQ(std::ranges::count(by_hand.done, "/d"), 1);
  EXPECT_EQ(started(by_hand, false), RunEnd::succeeded);
  EXPECT_EQ(std::ranges::count(by_hand.done, "/d"), 2);

  World lost;
  lost.start(kThereAndBack);
  RunEnd end = RunEnd::waiting;
  for (int i = 0; i < 10 && end == RunEnd::waiting; ++i) end = started(lost, true);
  EXPECT_EQ(end, RunEnd::failed);
  EXPECT_THAT(lost.done, ElementsAre("enter-other-root", "/b", "/c"));
  EXPECT_THAT(lost.state().message, HasSubstr("not into the installed system"));
}

TEST(RunSequence, WhatBeginsInTheOtherRootGoesOnThere) {
  World world;
  world.in_other_root = true;
  EXPECT_EQ(world.start(with_steps(command("/a") + "  - step: restart\n" + command("/b"))), RunEnd::waiting);
  EXPECT_THAT(world.done, ElementsAre("/a"));
  EXPECT_EQ(started(world, false), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/a", "/b"));
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
    if (member.name == "is_in_other_root") continue;  // older versions did not keep it
    Json::Object without = *whole.object();
    std::erase_if(without, [&](const JsonMember& one) { return one.name == member.name; });
    EXPECT_THROW(run_state_of(without), Error) << member.name;
  }
}

}  // namespace
}  // namespace rehome::sequence
