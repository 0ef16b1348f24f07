// SPDX-License-Identifier: Apache-2.0
#include "site/deployments.h"

#include "base/core/bytes.h"
#include "site/audit.h"
#include "site/deployment_reports.h"
#include "site/groups.h"
#include "site/names.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeploymentsTest : public TwoComputersTest {
 protected:
  NewDeployment wanted(char last = '1') {
    return {.id = std::string(31, 'd') + last,
            .name = "Tell",
            .file = "tell.yaml",
            .text = "sequence: Tell\nsteps: []\n",
            .variables = {{"PASSWORD", "hunter22"}},
            .computers = {a_.id},
            .from = site().now(),
            .until = site().now() + 3600,
            .signature = "c2ln",
            .signer = "alice"};
  }
  std::string deployed(char last = '1') { return deploy(site(), wanted(last), kAdmin).id; }
  DeploymentState report(const Computer& computer, const std::string& id, const DeploymentReport& report) {
    return report_deployment(site(), computer.id, id, report).state;
  }
  std::size_t variables_kept() {
    return world()
        .database()
        .read([](Transaction& transaction) { return transaction.query("SELECT content FROM deployment_variables"); })
        .size();
  }
};

TEST_P(DeploymentsTest, GoesToItsComputersAsItWasSigned) {
  const std::string id = deployed();
  EXPECT_THAT(open_deployments(site(), b_.id), IsEmpty());
  ASSERT_THAT(open_deployments(site(), a_.id), SizeIs(1));
  const NewDeployment given = given_deployment(site(), id, a_.id);
  EXPECT_EQ(given.text, wanted().text);
  EXPECT_EQ(given.variables, wanted().variables);
  EXPECT_EQ(given.computers, wanted().computers);
  EXPECT_EQ(given.signature, "c2ln");
  EXPECT_EQ(given.until, wanted().until);
  EXPECT_EQ(deployment(site(), id).counts.waiting, 1);
  EXPECT_EQ(read_audit(site(), last_audit_number(site()) - 1, 1).at(0).why, "Tell to 1 computers, signed by alice");
}

TEST_P(DeploymentsTest, IsNothingToOtherComputers) {
  const std::string id = deployed();
  EXPECT_EQ(code_of([&] { given_deployment(site(), id, b_.id); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { report(b_, id, {}); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { add_deployment_lines(site(), b_.id, id, {{"now", "x"}}); }), ErrorCode::not_found);
  EXPECT_EQ(deployment_target(site(), id, a_.id).state, DeploymentState::waiting);
}

TEST_P(DeploymentsTest, EachStepIsKeptAsItIsReported) {
  const std::string id = deployed();
  const ReportedStep first{.position = 0, .step = 0, .name = "one", .outcome = "done"};
  ReportedStep second{.position = 1, .step = 3, .name = "two", .outcome = "done", .message = "a\nb"};
  EXPECT_EQ(report(a_, id, {.step = "two", .steps = {first}}), DeploymentState::running);
  EXPECT_EQ(deployment_target(site(), id, a_.id).step, "two");
  report(a_, id, {.step = "two", .steps = {first, second}});
  second.outcome = "failed";
  report(a_, id, {.step = "three", .steps = {second}});
  const auto steps = reported_steps(site(), id, a_.id);
  ASSERT_THAT(steps, SizeIs(2));
  EXPECT_EQ(steps[1].outcome, "failed");
  EXPECT_EQ(steps[1].message, "a b");
  ReportedStep far = first;
  far.position = kMostReportedSteps;
  EXPECT_EQ(code_of([&] { report(a_, id, {.steps = {far}}); }), ErrorCode::limit_exceeded);
}

TEST_P(DeploymentsTest, EndsOnceAndForgetsItsVariables) {
  const std::string id = deployed();
  report(a_, id, {});
  EXPECT_EQ(variables_kept(), 1U);
  EXPECT_TRUE(report_deployment(site(), a_.id, id, {.state = DeploymentState::failed, .message = "why"}).is_news);
  EXPECT_FALSE(report_deployment(site(), a_.id, id, {.state = DeploymentState::failed, .message = "why"}).is_news);
  EXPECT_EQ(code_of([&] { report(a_, id, {.state = DeploymentState::succeeded}); }), ErrorCode::refused);
  EXPECT_EQ(variables_kept(), 0U);
  EXPECT_EQ(deployment(site(), id).counts.failed, 1);
  const auto entry = read_audit(site(), last_audit_number(site()) - 1, 1).at(0);
  EXPECT_EQ(entry.what + " by " + entry.who + ": " + entry.why, "deployment failed by " + a_.id + ": why");
  EXPECT_EQ(code_of([&] { cancel_deployment(site(), id, "", kAdmin); }), ErrorCode::refused);
}

TEST_P(DeploymentsTest, IsCancelledHereOrEverywhere) {
  NewDeployment both = wanted();
  both.computers.push_back(b_.id);
  const std::string id = deploy(site(), both, kAdmin).id;
  EXPECT_EQ(code_of([&] { report(a_, id, {.state = DeploymentState::cancelled}); }), ErrorCode::refused);
  report(a_, id, {});
  EXPECT_EQ(cancel_deployment(site(), id, b_.id, kAdmin).counts.cancelled, 1);
  EXPECT_THAT(open_deployments(site(), b_.id), IsEmpty());
  EXPECT_EQ(report(a_, id, {}), DeploymentState::running);
  EXPECT_EQ(cancel_deployment(site(), id, "", kAdmin).counts.cancelled, 2);
  for (const auto said : {DeploymentState::running, DeploymentState::succeeded, DeploymentState::cancelled}) {
    EXPECT_EQ(report(a_, id, {.state = said}), DeploymentState::cancelled);
  }
  EXPECT_EQ(variables_kept(), 0U);
}

TEST_P(DeploymentsTest, IsOpenInItsWindowOnly) {
  NewDeployment later = wanted();
  later.from += 600;
  const std::string id = deploy(site(), later, kAdmin).id;
  EXPECT_THAT(open_deployments(site(), a_.id), IsEmpty());
  world().pass(600);
  EXPECT_THAT(open_deployments(site(), a_.id), SizeIs(1));
  EXPECT_THAT(expire_deployments(site()), IsEmpty());
  world().pass(3001);
  EXPECT_THAT(open_deployments(site(), a_.id), IsEmpty());
  EXPECT_THAT(expire_deployments(site()), SizeIs(1));
  EXPECT_EQ(deployment(site(), id).counts.expired, 1);
  EXPECT_EQ(variables_kept(), 0U);
}

TEST_P(DeploymentsTest, WhatRunsGoesOnPastItsWindow) {
  const std::string id = deployed();
  report(a_, id, {});
  world().pass(7200);
  EXPECT_THAT(expire_deployments(site()), IsEmpty());
  EXPECT_THAT(open_deployments(site(), a_.id), SizeIs(1));
  EXPECT_EQ(report(a_, id, {.state = DeploymentState::succeeded}), DeploymentState::succeeded);
}

TEST_P(DeploymentsTest, KeepsTheLastLinesOfALog) {
  const std::string id = deployed();
  for (std::int64_t done = 0; done < kMostDeploymentLines + 500; done += 500) {
    std::vector<DeploymentLine> lines;
    for (std::int64_t i = done; i < done + 500; ++i) lines.push_back({"t", "line " + std::to_string(i)});
    add_deployment_lines(site(), a_.id, id, lines);
  }
  const auto kept = deployment_lines(site(), id, a_.id, 2 * kMostDeploymentLines);
  ASSERT_EQ(kept.size(), static_cast<std::size_t>(kMostDeploymentLines));
  EXPECT_EQ(kept.front().text, "line 500");
  EXPECT_EQ(deployment_lines(site(), id, a_.id, 1).at(0).text, "line 5499");
}

TEST_P(DeploymentsTest, AreListedTheNewestFirst) {
  for (const char last : {'1', '2', '3'}) deployed(last);
  const auto page = list_deployments(site(), {.limit = 2});
  ASSERT_THAT(page.items, SizeIs(2));
  EXPECT_TRUE(page.more);
  EXPECT_EQ(page.items[0].id.back(), '3');
  const auto rest = list_deployments(site(), {.after = page.items[1].id, .limit = 2});
  ASSERT_THAT(rest.items, SizeIs(1));
  EXPECT_EQ(rest.items[0].id.back(), '1');
}

TEST_P(DeploymentsTest, RefusesWhatIsNone) {
  const auto refused = [&](const std::function<void(NewDeployment&)>& change) {
    NewDeployment changed = wanted('9');
    change(changed);
    return code_of([&] { deploy(site(), changed, kAdmin); });
  };
  deployed();
  EXPECT_EQ(refused([](NewDeployment& it) { it.id.back() = '1'; }), ErrorCode::already_exists);
  EXPECT_EQ(refused([](NewDeployment& it) { it.id = "x"; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](NewDeployment& it) { it.computers.clear(); }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](NewDeployment& it) { it.computers = {"c-none"}; }), ErrorCode::not_found);
  EXPECT_EQ(refused([](NewDeployment& it) { it.computers.push_back(it.computers[0]); }), ErrorCode::already_exists);
  EXPECT_EQ(refused([](NewDeployment& it) { it.until = it.from; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](NewDeployment& it) { it.from -= 9000, it.until -= 9000; }), ErrorCode::invalid_argument);
  EXPECT_EQ(refused([](NewDeployment& it) { it.text.resize(300 * 1024, 'x'); }), ErrorCode::limit_exceeded);
  EXPECT_THAT(list_deployments(site(), {}).items, SizeIs(1)) << "nothing is left of what was refused";
}

TEST_P(DeploymentsTest, VariablesAreSealed) {
  deployed();
  const Rows rows = world().database().read(
      [](Transaction& transaction) { return transaction.query("SELECT content FROM deployment_variables"); });
  EXPECT_THAT(rows.at(0).text(0), ::testing::Not(HasSubstr(to_hex(as_bytes("hunter22")))));
}

TEST_P(DeploymentsTest, GroupsHaveNamesAndMembers) {
  const Group made = add_group(site(), "Third floor", {a_.id, a_.id}, kAdmin);
  EXPECT_THAT(made.computers, SizeIs(1));
  EXPECT_EQ(group_named(site(), "third FLOOR"), made.id);
  EXPECT_EQ(code_of([&] { group_named(site(), "fourth"); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { add_group(site(), "THIRD floor", {}, kAdmin); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { add_to_group(site(), made.id, {b_.id, "c-none"}, kAdmin); }), ErrorCode::not_found);
  EXPECT_THAT(add_to_group(site(), made.id, {b_.id}, kAdmin).computers, SizeIs(2));
  EXPECT_THAT(remove_from_group(site(), made.id, a_.id, kAdmin).computers, SizeIs(1));
  EXPECT_EQ(code_of([&] { remove_from_group(site(), made.id, a_.id, kAdmin); }), ErrorCode::not_found);
  remove_computer(site(), b_.id, kAdmin);
  EXPECT_THAT(group(site(), made.id).computers, IsEmpty());
  remove_group(site(), made.id, kAdmin);
  EXPECT_THAT(list_groups(site(), {}).items, IsEmpty());
}

REHOME_OVER_BOTH_DATABASES(DeploymentsTest);

}  // namespace
}  // namespace rehome::site
