// SPDX-License-Identifier: Apache-2.0
#include "sequence/signature.h"

#include <algorithm>
#include <functional>
#include <gmock/gmock.h>

#include "base/core/error.h"
#include "sequence/deployable.h"
#include "sequence/deployment_policy.h"
#include "sequence/signing_key.h"

namespace rehome::sequence {
namespace {

using ::testing::HasSubstr;
using ::testing::Optional;

constexpr const char* kHere = "c-0123456789abcdef";
constexpr const char* kElsewhere = "c-ffffffffffffffff";
constexpr std::int64_t kNow = 1'800'000'000;

constexpr const char* kCapture = R"(sequence: Capture
variables: { OSDStateStorePath: /srv/store }
steps:
  - step: capture-user-state
  - step: restart
)";
constexpr const char* kCommand = R"(sequence: Tell
steps:
  - { step: run-command, command: [/bin/true] }
)";

class DeploymentTest : public ::testing::Test {
 protected:
  static Statement statement(const char* text) {
    return {.deployment = std::string(31, '0') + "7",
            .site = "LAB",
            .computers = {kHere, kElsewhere},
            .from = kNow - 60,
            .until = kNow + 60,
            .text = text,
            .variables = {{"SITE_NOTE", "hello"}}};
  }
  Deployment is_signed(const char* text) const {
    return {.statement = statement(text), .signature = sign(statement(text), pair_.secret_key)};
  }
  static Deployment is_unsigned(const char* text) { return {.statement = statement(text), .signature = std::nullopt}; }
  std::optional<std::string> refusal(const Deployment& deployment, std::int64_t now = kNow) const {
    return reason_to_refuse(deployment, policy_, {.site = "LAB", .computer = kHere, .now = now});
  }
  void change(const std::function<void(Statement&)>& change, const char* why) const {
    Deployment deployment = is_signed(kCommand);
    change(deployment.statement);
    EXPECT_THAT(refusal(deployment), Optional(HasSubstr(why)));
  }

  const SigningKeyPair pair_ = make_signing_key_pair();
  DeploymentPolicy policy_{.signers = {make_signing_key_pair().signer, pair_.signer}};
};

TEST_F(DeploymentTest, WhatAPinnedSignerSignedRuns) {
  EXPECT_EQ(refusal(is_signed(kCommand)), std::nullopt);
  EXPECT_EQ(refusal(is_unsigned(kCapture)), std::nullopt);
}

// Whatever a site changes in what was signed, the agent takes none of it.
TEST_F(DeploymentTest, NothingThatIsSignedCanBeChanged) {
  constexpr const char* kSignature = "signature";
  change([](Statement& changed) { changed.text += "\n"; }, kSignature);
  change([](Statement& changed) { changed.text.replace(changed.text.find("true"), 4, "halt"); }, kSignature);
  change([](Statement& changed) { changed.variables[0].second = "$(reboot)"; }, kSignature);
  change([](Statement& changed) { changed.variables.emplace_back("MORE", "x"); }, kSignature);
  change([](Statement& changed) { changed.variables.clear(); }, kSignature);
  change([](Statement& changed) { changed.deployment[0] = '1'; }, kSignature);
  change([](Statement& changed) { changed.until += 1; }, kSignature);
  change([](Statement& changed) { changed.from -= 1; }, kSignature);
  change([](Statement& changed) { changed.computers.pop_back(); }, kSignature);
  change([](Statement& changed) { changed.computers.emplace_back("c-1111111111111111"); }, kSignature);
}

TEST_F(DeploymentTest, TheOrderOfComputersAndVariablesIsNoPartOfIt) {
  Deployment deployment = is_signed(kCommand);
  std::ranges::reverse(deployment.statement.computers);
  EXPECT_EQ(refusal(deployment), std::nullopt);
}

TEST_F(DeploymentTest, IsForItsComputersSiteAndTimeOnly) {
  change([](Statement& changed) { changed.computers = {kElsewhere}; }, "not for this computer");
  change([](Statement& changed) { changed.site = "HQ1"; }, "the site HQ1");
  EXPECT_THAT(refusal(is_signed(kCommand), kNow - 61), Optional(HasSubstr("not come yet")));
  EXPECT_THAT(refusal(is_signed(kCommand), kNow + 61), Optional(HasSubstr("over")));
  EXPECT_EQ(refusal(is_signed(kCommand), kNow - 60), std::nullopt);
  EXPECT_EQ(refusal(is_signed(kCommand), kNow + 60), std::nullopt);
  EXPECT_THAT(refusal(is_unsigned(kCapture), kNow + 61), Optional(HasSubstr("over")));
}

TEST_F(DeploymentTest, OfNobodyWhoIsNotPinned) {
  policy_.signers = {make_signing_key_pair().signer};
  EXPECT_THAT(refusal(is_signed(kCommand)), Optional(HasSubstr("none of the signers")));
  policy_.signers.clear();
  EXPECT_THAT(refusal(is_signed(kCommand)), Optional(HasSubstr("sequence_signers")));
  EXPECT_EQ(refusal(is_signed(kCapture)), std::nullopt) << "which needs no signature";
}

// What is disabled today may be enabled by a variable or a later version of the program.
TEST_F(DeploymentTest, UnsignedIsRefusedWhateverDoesMoreThanTheStateSteps) {
  for (const char* steps :
       {"  - { step: run-command, command: [/bin/true] }\n", "  - { step: run-command, disabled: true, command: x }\n",
        "  - { step: run-hook, hook: image }\n",
        "  - group: G\n    disabled: true\n    steps:\n      - group: H\n        steps:\n"
        "          - { step: run-hook, hook: x, disabled: true }\n"}) {
    EXPECT_THAT(refusal(is_unsigned(("sequence: S\nsteps:\n" + std::string(steps)).c_str())),
                Optional(HasSubstr("not signed")))
        << steps;
  }
}

TEST(NeedsSignature, ByEveryKindOfStep) {
  const auto alone = [](Action action) {
    Group inner{.nodes = {Step{.header = {.disabled = true}, .action = std::move(action)}}};
    Group outer{.header = {.disabled = true}, .nodes = {Node(std::move(inner))}};
    return Sequence{.nodes = {Node(std::move(outer))}};
  };
  for (const Action& action : {Action(RunCommand()), Action(RunHook()), Action(EnterOtherRoot()), Action(WipeVolume()),
                               Action(ApplyImage())}) {
    EXPECT_TRUE(needs_signature(alone(action))) << name_of(action);
    EXPECT_TRUE(is_step_kind(name_of(action)));
  }
  for (const Action& action : {Action(RunStateStep()), Action(Restart()), Action(SetVariables())}) {
    EXPECT_FALSE(needs_signature(alone(action))) << name_of(action);
    EXPECT_TRUE(is_step_kind(name_of(action)));
  }
  EXPECT_FALSE(is_step_kind("wipe-volumes"));
}

TEST_F(DeploymentTest, TheComputersOwnSettingsCountMore) {
  policy_.forbidden_steps = {"run-command"};
  EXPECT_THAT(refusal(is_signed(kCommand)), Optional(HasSubstr("forbid run-command")));
  policy_ = {.accepts = Accepts::signed_only, .signers = {pair_.signer}};
  EXPECT_THAT(refusal(is_unsigned(kCapture)), Optional(HasSubstr("not signed")));
  EXPECT_EQ(refusal(is_signed(kCapture)), std::nullopt);
  policy_.accepts = Accepts::none;
  EXPECT_THAT(refusal(is_signed(kCapture)), Optional(HasSubstr("allow no sequences")));
}

TEST_F(DeploymentTest, WhatCannotBeReadIsRefusedWithItsPlace) {
  EXPECT_THAT(refusal(is_signed("sequence: S\nsteps:\n  - step: format\n")), Optional(HasSubstr("sequence.yaml:3:")));
  EXPECT_THAT(refusal(is_signed("sequence: S\nneeds: [SITE_X]\nsteps:\n  - { step: set-variables, variables: { SITE_Y: "
                                "'%SITE_X%' } }\n")),
              Optional(HasSubstr("sequence.yaml:2:9: the variable SITE_X has to be given")));
}

TEST_F(DeploymentTest, WhatIsNoDeploymentIsNotSigned) {
  const auto code_of = [&](const std::function<void(Statement&)>& change) {
    Statement changed = statement(kCapture);
    change(changed);
    try {
      sign(changed, pair_.secret_key);
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  };
  EXPECT_EQ(code_of([](Statement& it) { it.computers.clear(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.computers.emplace_back(kHere); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.computers[0] += "\nuntil 9"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.site = "LAB\n"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.deployment += "0"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.until = it.from; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.until = it.from + kLongestWindow + 1; }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.variables.emplace_back("site_note", ""); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([](Statement& it) { it.text.resize(kLargestDeployedText + 1); }), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of([](Statement& it) { it.variables.emplace_back("V", std::string(kLongestDeployedValue + 1, 'x')); }),
            ErrorCode::limit_exceeded);
}

TEST_F(DeploymentTest, VariablesDoNotRunIntoEachOther) {
  Statement one = statement(kCapture), other = one;
  one.variables = {{"A", "1\n1 B 1 2"}};
  other.variables = {{"A", "1"}, {"B", "2"}};
  EXPECT_NE(canonical_text(one), canonical_text(other));
}

TEST(SigningKeyText, SaysWhatItIs) {
  const SigningKeyPair pair = make_signing_key_pair();
  const std::string line = line_of(pair.signer);
  EXPECT_EQ(signer_in(line + " alice, 2026\n"), pair.signer);
  EXPECT_EQ(signer_in(line.substr(0, line.size() - 1)), std::nullopt);
  const Secret secret = line_of_secret(pair.secret_key);
  EXPECT_TRUE(looks_like_secret(as_text(secret.view())));
  EXPECT_EQ(signer_of(*secret_in(as_text(secret.view()))), pair.signer);
  EXPECT_EQ(signer_in(as_text(secret.view())), std::nullopt);
  EXPECT_FALSE(secret_in(line).has_value());
}

}  // namespace
}  // namespace rehome::sequence
