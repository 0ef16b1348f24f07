// SPDX-License-Identifier: Apache-2.0
#include "site/work.h"

#include "base/core/bytes.h"
#include "site/audit.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WorkTest : public SiteTest {};

TEST_P(WorkTest, WaitsForItsComputerUntilItHasEnded) {
  const Computer a = world().enrol("A");
  const Computer b = world().enrol("B");
  const Work made =
      add_work(site(), a.id, {"request-state-store capture", "capture-user-state"}, {{"X", "y=z"}}, kAdmin);
  EXPECT_THAT(open_work(site(), b.id), IsEmpty());
  const auto open = open_work(site(), a.id);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_THAT(open[0].steps, ElementsAre("request-state-store capture", "capture-user-state"));
  EXPECT_EQ(open[0].variables.at("X"), "y=z");
  report_work(site(), a.id, made.id, {.state = WorkState::running, .step = "capture-user-state"});
  EXPECT_EQ(open_work(site(), a.id).at(0).step, "capture-user-state");
  EXPECT_EQ(code_of([&] { report_work(site(), b.id, made.id, {.state = WorkState::done}); }), ErrorCode::refused);
  report_work(site(), a.id, made.id, {.state = WorkState::done});
  report_work(site(), a.id, made.id, {.state = WorkState::done});
  EXPECT_EQ(code_of([&] { report_work(site(), a.id, made.id, {.state = WorkState::running}); }), ErrorCode::refused);
  EXPECT_THAT(open_work(site(), a.id), IsEmpty());
}

// A password for local accounts may be among them: they are in no copy of the records, and gone when the work is done.
TEST_P(WorkTest, VariablesAreSealedAndForgotten) {
  const Computer a = world().enrol("A");
  const Work made = add_work(site(), a.id, {"restore-user-state"}, {{"PASSWORD", "hunter22"}}, kAdmin);
  const auto rows = [&] {
    return world().database().read(
        [](Transaction& transaction) { return transaction.query("SELECT content FROM work_variables"); });
  };
  ASSERT_EQ(rows().size(), 1U);
  EXPECT_THAT(rows().at(0).text(0), ::testing::Not(::testing::HasSubstr("hunter22")));
  EXPECT_THAT(rows().at(0).text(0), ::testing::Not(::testing::HasSubstr(to_hex(as_bytes("hunter22")))));
  report_work(site(), a.id, made.id, {.state = WorkState::running});
  EXPECT_EQ(open_work(site(), a.id).at(0).variables.at("PASSWORD"), "hunter22");
  report_work(site(), a.id, made.id, {.state = WorkState::failed});
  EXPECT_THAT(rows(), IsEmpty());
}

TEST_P(WorkTest, IsCancelledUntilItHasEnded) {
  const Computer a = world().enrol("A");
  const Computer b = world().enrol("B");
  const Work waits = add_work(site(), a.id, {"restore-user-state"}, {{"PASSWORD", "hunter22"}}, kAdmin);
  const Work runs = add_work(site(), a.id, {"capture-user-state", "release-state-store"}, {}, kAdmin);
  const Work ended = add_work(site(), a.id, {"capture-user-state"}, {}, kAdmin);
  report_work(site(), a.id, runs.id, {.state = WorkState::running, .step = "capture-user-state"});
  report_work(site(), a.id, ended.id, {.state = WorkState::done});
  EXPECT_EQ(code_of([&] { cancel_work(site(), b.id, waits.id, kAdmin); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { cancel_work(site(), a.id, ended.id, kAdmin); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { report_work(site(), a.id, runs.id, {.state = WorkState::cancelled}); }), ErrorCode::refused);
  EXPECT_EQ(cancel_work(site(), a.id, waits.id, kAdmin).state, WorkState::cancelled);
  EXPECT_TRUE(cancel_work(site(), a.id, waits.id, kAdmin).variables.empty());
  cancel_work(site(), a.id, runs.id, kAdmin);
  EXPECT_THAT(open_work(site(), a.id), IsEmpty());
  const auto entries = read_audit(site(), last_audit_number(site()) - 2, 10);
  ASSERT_EQ(entries.size(), 2U) << "cancelling twice is told once";
  EXPECT_EQ(entries[0].what + " " + entries[0].subject, "work cancelled " + waits.id);
}

// The agent hears of it when it reports, whatever it reports, and its last word does not make it another end.
TEST_P(WorkTest, AgentsHearThatItIsCancelled) {
  const Computer a = world().enrol("A");
  const Work made = add_work(site(), a.id, {"capture-user-state"}, {}, kAdmin);
  EXPECT_EQ(report_work(site(), a.id, made.id, {.state = WorkState::running}), WorkState::running);
  cancel_work(site(), a.id, made.id, kAdmin);
  for (const WorkState said : {WorkState::running, WorkState::done, WorkState::cancelled}) {
    EXPECT_EQ(report_work(site(), a.id, made.id, {.state = said}), WorkState::cancelled);
  }
  EXPECT_THAT(open_work(site(), a.id), IsEmpty());
}

TEST_P(WorkTest, RefusesWhatIsNoWork) {
  const Computer a = world().enrol("A");
  EXPECT_EQ(code_of([&] { add_work(site(), a.id, {}, {}, kAdmin); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { add_work(site(), a.id, {"a\nb"}, {}, kAdmin); }), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of([&] { add_work(site(), "c-none", {"a"}, {}, kAdmin); }), ErrorCode::not_found);
  EXPECT_EQ(code_of([&] { report_work(site(), a.id, "w-none", {}); }), ErrorCode::not_found);
}

REHOME_OVER_BOTH_DATABASES(WorkTest);

}  // namespace
}  // namespace rehome::site
