// SPDX-License-Identifier: Apache-2.0
#include "sequence/read.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "base/core/error.h"
#include "sequence/expand.h"

namespace rehome::sequence {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// "3:5: error: message" for each.
std::vector<std::string> said_of(const std::string& text) {
  std::vector<std::string> said;
  for (const Diagnostic& one : read_sequence("s.yaml", text).diagnostics) {
    said.push_back(fmt::format("{}:{}: {}: {}", one.line, one.column, name_of(one.severity), one.message));
  }
  return said;
}

/// A sequence whose steps begin in line 3.
std::string with_steps(const std::string& steps) { return "sequence: Try\nsteps:\n" + steps; }

constexpr const char* kReplace = R"(sequence: Replace a PC
description: The old computer's part
needs: [SITE_NOTE]
variables:
  OSDStateSMPRetryCount: 3
steps:
  - group: Capture
    continue-on-error: true
    if: { variable: SITE_NOTE }
    steps:
      - step: request-state-store
        for: capture
        retries: 2
        retry-delay: 30s
      - step: capture-user-state
        name: Take the users
        variables: { OSDMigrateEnableVerboseLogging: "true" }
        time-limit: 2h
      - step: release-state-store
  - step: run-command
    command: [/usr/bin/logger, "%SITE_NOTE%: 100%%"]
    success-codes: [0, 3]
    once: true
    if:
      - any: [{ file: /usr/bin/logger }, { folder: /srv }]
      - none: [{ variable: SITE_NOTE, is: quiet }]
)";

TEST(ReadSequence, UnderstandsAWholeFile) {
  const ReadSequence read = read_sequence("replace.yaml", kReplace);
  EXPECT_THAT(read.diagnostics, IsEmpty());
  const Sequence& sequence = read.sequence;
  EXPECT_EQ(sequence.name, "Replace a PC");
  EXPECT_EQ(sequence.needs.at(0).text, "SITE_NOTE");
  EXPECT_EQ(sequence.variables.at(0).value.text, "3");
  const Group& group = std::get<Group>(sequence.nodes.at(0));
  EXPECT_EQ(group.header.name, "Capture");
  EXPECT_TRUE(group.header.continue_on_error);
  EXPECT_EQ(group.header.condition.kind, Condition::Kind::is_set);
  const Step& request = std::get<Step>(group.nodes.at(0));
  EXPECT_EQ(request.header.name, "request-state-store");
  EXPECT_EQ(request.retries, 2);
  EXPECT_EQ(request.retry_delay, seconds(30));
  EXPECT_FALSE(std::get<RunStateStep>(request.action).for_restore);
  const Step& capture = std::get<Step>(group.nodes.at(1));
  EXPECT_EQ(capture.header.name, "Take the users");
  EXPECT_EQ(name_of(capture.action), "capture-user-state");
  EXPECT_EQ(capture.time_limit, seconds(7200));
  EXPECT_EQ(capture.header.variables.at(0).name, "OSDMigrateEnableVerboseLogging");
  EXPECT_EQ(capture.header.place.line, 15U);
  const Step& command = std::get<Step>(sequence.nodes.at(1));
  const RunCommand& run = std::get<RunCommand>(command.action);
  EXPECT_EQ(run.words.at(1).text, "%SITE_NOTE%: 100%%");
  EXPECT_THAT(run.success_codes, ElementsAre(0, 3));
  EXPECT_TRUE(run.once);
  EXPECT_EQ(command.header.condition.parts.at(0).parts.at(1).kind, Condition::Kind::folder);
  EXPECT_EQ(command.header.condition.parts.at(1).parts.at(0).operand.text, "quiet");
}

TEST(ReadSequence, ATextIsACommandForTheShell) {
  const ReadSequence read = read_sequence("s", with_steps("  - step: run-command\n    command: echo a | cat\n"));
  EXPECT_THAT(read.diagnostics, IsEmpty());
  const auto& run = std::get<RunCommand>(std::get<Step>(read.sequence.nodes.at(0)).action);
  EXPECT_EQ(run.words.at(0).text, "/bin/sh");
  EXPECT_EQ(run.words.at(2).text, "echo a | cat");
}

TEST(ReadSequence, MistakesHaveTheirPlace) {
  EXPECT_THAT(said_of(""), ElementsAre("1:1: error: the document is empty"));
  EXPECT_THAT(said_of("just text"), ElementsAre(HasSubstr("1:1: error: a sequence is written as names with values")));
  EXPECT_THAT(said_of("sequence: x\n"), ElementsAre("1:1: error: a sequence needs \"steps\""));
  EXPECT_THAT(said_of("steps: []\n"), ElementsAre("1:1: error: a sequence needs \"sequence\""));
  EXPECT_THAT(said_of("sequence: [x]\nsteps: 3\n"),
              ElementsAre("1:11: error: sequence has to be a text", "1:11: error: sequence is empty",
                          HasSubstr("2:8: error: steps is a list")));
  EXPECT_THAT(said_of("sequence: x\nstep: []\nsteps: []\n"),
              ElementsAre("2:1: error: a sequence has no \"step\"; did you mean steps?"));
  EXPECT_THAT(said_of(with_steps("  - step: capture-user-sate\n")),
              ElementsAre("3:11: error: there is no step \"capture-user-sate\"; did you mean capture-user-state?"));
  EXPECT_THAT(said_of(with_steps("  - name: x\n")), ElementsAre(HasSubstr("3:5: error: neither a step")));
  EXPECT_THAT(said_of(with_steps("  - restart\n")), ElementsAre(HasSubstr("3:5: error: a step is written as names")));
  EXPECT_THAT(said_of(with_steps("  - group: \"\"\n    steps: []\n")),
              ElementsAre("3:5: error: a group needs a name, \"group: NAME\"", "3:5: error: a group without steps"));
}

TEST(ReadSequence, ColumnsCountBytesAsTheCaretNeedsThem) {
  const Diagnostics said = read_sequence("s", "sequence: x\nsteps: [{ \u20ac: \u20ac, step: restart }]\n").diagnostics;
  EXPECT_EQ(to_text(said.at(0)),
            "s:2:11: error: a step has no \"\u20ac\"\n"
            "  2 | steps: [{ \u20ac: \u20ac, step: restart }]\n"
            "    |           ^");
  const Diagnostics after =
      read_sequence("s", "sequence: x\nsteps: [{ name: \u20ac\u20ac, step: rest }]\n").diagnostics;
  EXPECT_EQ(after.at(0).column, 31U);
}

TEST(ReadSequence, ValuesHaveTheirKinds) {
  const auto of_restart = [](const std::string& line) {
    return said_of(with_steps("  - step: restart\n    " + line + "\n"));
  };
  EXPECT_THAT(of_restart("disabled: yes"), ElementsAre("4:15: error: disabled is true or false"));
  EXPECT_THAT(of_restart("retries: 31"), ElementsAre("4:14: error: retries is a number from 0 to 30"));
  EXPECT_THAT(of_restart("retries: two"), ElementsAre(HasSubstr("4:14: error: retries is a number")));
  EXPECT_THAT(of_restart("retry-delay: 5"), ElementsAre(HasSubstr("4:18: error: retry-delay says how long")));
  EXPECT_THAT(of_restart("retry-delay: 11m"), ElementsAre("3:5: error: retry-delay is 10m at most"));
  EXPECT_THAT(of_restart("time-limit: 0"), ElementsAre(HasSubstr("a time-limit of 0")));
  EXPECT_THAT(of_restart("time-limit: 99999999d"), ElementsAre(HasSubstr("says how long")));
  EXPECT_THAT(of_restart("for: capture"), ElementsAre("4:5: error: a step has no \"for\""));
  EXPECT_THAT(of_restart("variables: [a]"), ElementsAre(HasSubstr("4:16: error: variables is written as names")));
  EXPECT_THAT(of_restart("variables: { a: [b] }"), ElementsAre("4:21: error: a has to be a text"));
  EXPECT_THAT(of_restart("name: " + std::string(101, 'x')), ElementsAre("4:11: error: longer than 100 bytes"));
}

TEST(ReadSequence, ConditionsAreOneThingOrAList) {
  const auto of_condition = [](const std::string& condition) {
    return said_of("sequence: x\nvariables: { V: 1 }\nsteps:\n  - step: restart\n    if: " + condition + "\n");
  };
  EXPECT_THAT(of_condition("{ variable: V, at-least: 3 }"), IsEmpty());
  EXPECT_THAT(of_condition("{ all: [] }"), IsEmpty());
  EXPECT_THAT(of_condition("{ variable: V, is: 1, is-not: 2 }"), ElementsAre(HasSubstr("one comparison is enough")));
  EXPECT_THAT(of_condition("{ variable: V, equals: 1 }"), ElementsAre("5:24: error: a condition has no \"equals\""));
  EXPECT_THAT(of_condition("{ is: 1 }"), ElementsAre(HasSubstr("a condition needs \"variable\"")));
  EXPECT_THAT(of_condition("{ any: V }"), ElementsAre("5:16: error: a list of conditions belongs here"));
  EXPECT_THAT(of_condition("yes"), ElementsAre(HasSubstr("5:9: error: a condition is written as names")));
  EXPECT_THAT(of_condition("{ file: \"\" }"), ElementsAre(HasSubstr("file is empty")));
}

TEST(CheckVariables, ANameThatNothingSetsIsAMistake) {
  const auto of_command = [](const std::string& text) {
    return said_of(
        "sequence: x\nneeds: [GIVEN]\nvariables: { Folder: /srv }\nsteps:\n  - step: run-command\n    command: [" +
        text + "]\n");
  };
  EXPECT_THAT(of_command("/bin/x, \"%FOLDER%/%Given%/%_SMSTSMachineName%\""), IsEmpty());
  EXPECT_THAT(of_command("/bin/x, \"%Foldr%\""),
              ElementsAre(HasSubstr("6:23: error: nothing sets the variable Foldr")));
  EXPECT_THAT(of_command("/bin/x, \"%Foldr%\""), ElementsAre(HasSubstr("did you mean Folder?")));
  EXPECT_THAT(of_command("/bin/date, \"+%Y-%m\""), ElementsAre(HasSubstr("write a percent sign as %%")));
  EXPECT_THAT(of_command("/bin/date, \"+%%Y-%%m 5%\""), IsEmpty());
}

TEST(CheckVariables, WhatIsNotTheSequencesToSet) {
  const auto of_variable = [](const std::string& line) {
    return said_of("sequence: x\nvariables:\n  " + line + "\nsteps: []\n");
  };
  EXPECT_THAT(of_variable("_SMSTSInWinPE: true"),
              ElementsAre("3:3: error: _SMSTSInWinPE is set by this program alone"));
  EXPECT_THAT(of_variable("OSDMigrateLocalAccountPassword: x"),
              ElementsAre(HasSubstr("3:3: error: OSDMigrateLocalAccountPassword is a secret")));
  EXPECT_THAT(
      of_variable("OSDMigrateUseHardlinks: true"),
      ElementsAre(
          "3:3: warning: no step reads the variable OSDMigrateUseHardlinks; did you mean _OSDMigrateUseHardlinks?"));
  EXPECT_THAT(of_variable("_OSDMigrateUsmtPackageID: P01"),
              ElementsAre(HasSubstr("3:3: warning: _OSDMigrateUsmtPackageID has no effect")));
  EXPECT_THAT(of_variable("MyOwn: \"%MyOwn%x\""), ElementsAre("3:10: error: MyOwn refers to itself"));
  EXPECT_THAT(of_variable("MyOwn: anything"), IsEmpty());
}

/// Steps of a refresh on one computer, from which each test leaves away or changes something.
std::string refresh(const std::string& from = "", const std::string& to = "") {
  std::string text = R"(sequence: Refresh
variables:
  OSDStateStorePath: /rehome/store
  _OSDMigrateUseHardlinks: true
  OSDMigrateLocalAccounts: false
steps:
  - step: capture-user-state
  - step: enter-other-root
  - { step: wipe-volume, folder: /target }
  - { step: apply-image, image: /images/debian.tar, folder: /target }
  - step: restart
  - step: restore-user-state
  - { name: End, step: restart }
)";
  if (!from.empty()) text.replace(text.find(from), from.size(), to);
  return text;
}

TEST(CheckSteps, ARefreshIsInOrder) { EXPECT_THAT(said_of(refresh()), IsEmpty()); }

// C-T15
TEST(CheckSteps, AStoreIsAFolder) {
  EXPECT_THAT(said_of(refresh("  OSDStateStorePath: /rehome/store\n")),
              ElementsAre(HasSubstr("6:5: error: there is no place for the capture"),
                          HasSubstr("there is no place for the restore")));
  EXPECT_THAT(said_of(refresh("/rehome/store", "\"//\"")),
              ElementsAre(HasSubstr("never the root of a volume"), HasSubstr("never the root of a volume")));
}

// P-21: a failed capture, then a wipe. C-T22, P-23: a wipe needs another root, and something to put in the place.
TEST(CheckSteps, NothingIsWipedThatCouldBeLost) {
  EXPECT_THAT(said_of(refresh("capture-user-state\n", "capture-user-state\n    continue-on-error: true\n")),
              ElementsAre("7:5: error: a failed capture must not be followed by a wipe: take continue-on-error away"));
  EXPECT_THAT(said_of(refresh("  - step: capture-user-state\n")),
              ElementsAre(HasSubstr("nothing is captured before this wipe")));
  EXPECT_THAT(said_of(refresh("  - step: enter-other-root\n")),
              ElementsAre(HasSubstr("a system cannot wipe itself"), HasSubstr("a system cannot replace itself")));
  EXPECT_THAT(said_of(refresh("  - { step: apply-image, image: /images/debian.tar, folder: /target }\n")),
              ElementsAre(HasSubstr("9:5: error: nothing is put in the place of what is wiped")));
}

// C-T9, P-39: the accounts of the new system. C-T17
TEST(CheckSteps, WhatARestoreWants) {
  EXPECT_THAT(said_of(refresh("  OSDMigrateLocalAccounts: false\n")),
              ElementsAre(HasSubstr("11:5: warning: accounts that are made are locked")));
  EXPECT_THAT(said_of(refresh("  - { name: End, step: restart }\n")),
              ElementsAre(HasSubstr("12:5: warning: a restart belongs after a restore")));
}

// C-T16, S10
TEST(CheckSteps, EveryRequestHasItsRelease) {
  const std::string request = "  - { step: request-state-store, for: capture }\n";
  const std::string capture = "  - step: capture-user-state\n", release = "  - step: release-state-store\n";
  EXPECT_THAT(said_of(with_steps(request + capture + release)), IsEmpty());
  EXPECT_THAT(said_of(with_steps(request + capture)),
              ElementsAre(HasSubstr("3:5: error: this request has no release-state-store")));
  EXPECT_THAT(said_of(with_steps(request + request + release)),
              ElementsAre(HasSubstr("4:5: error: the state store that was requested before")));
  EXPECT_THAT(said_of(with_steps(release)), ElementsAre(HasSubstr("nothing is requested")));
  EXPECT_THAT(
      said_of(with_steps(request + "  - { step: restore-user-state, variables: { OSDMigrateLocalAccounts: false } }\n" +
                         release + "  - step: restart\n")),
      ElementsAre("4:5: error: the state store is requested for the capture"));
  EXPECT_THAT(
      said_of(with_steps(
          request + "  - { step: capture-user-state, variables: { _OSDMigrateUseHardlinks: \"True\" } }\n" + release)),
      ElementsAre(HasSubstr("4:5: error: hard links and a state migration point do not go together")));
  EXPECT_THAT(
      said_of(with_steps(request + "  - { step: set-variables, variables: { _OSDMigrateUseHardlinks: true } }\n" +
                         capture + release)),
      ElementsAre(HasSubstr("5:5: error: hard links and a state")));
  EXPECT_THAT(said_of(with_steps("  - { step: capture-user-state, disabled: true }\n")), IsEmpty());
}

TEST(CheckSteps, CommandsAreNamedWhole) {
  EXPECT_THAT(said_of(with_steps("  - { step: run-command, command: [ls] }\n")),
              ElementsAre(HasSubstr("absolute path")));
  EXPECT_THAT(said_of(with_steps("  - { step: run-command, command: [/bin/ls], once: true, retries: 1 }\n")),
              ElementsAre(HasSubstr("once and retries contradict")));
}

TEST(Expand, PutsValuesInOnce) {
  const ValueOf value_of = [](std::string_view name) {
    return name == "A" ? std::optional<std::string>("%B%") : std::nullopt;
  };
  EXPECT_EQ(expand("x%A%y%%z%", value_of), "x%B%y%z%");
  EXPECT_THROW(expand("%B%", value_of), Error);
}

RC_GTEST_PROP(ReadSequenceProperty, WhateverTheTextItAnswers, (const std::string& text)) {
  read_sequence("s", text);
  read_sequence("s", std::string(kReplace).replace(text.size() % 500, 3, text));
}

}  // namespace
}  // namespace rehome::sequence
