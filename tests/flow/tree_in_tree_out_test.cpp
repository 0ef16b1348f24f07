// SPDX-License-Identifier: Apache-2.0
// Tree in = tree out: generated homes go through scan and load, and come out the same. With a store between:
// tree_through_store_test.cpp.

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/machine/memory/memory_machine.h"
#include "flow/load/load.h"
#include "flow/scan/scan.h"
#include "tests/flow/any_home.h"
#include "tests/flow/memory_capture.h"

namespace rehome {
namespace {

struct Computers {
  ManualClock clock;
  MemoryMachine source{MachineFlavour::linux, clock};
  MemoryMachine destination{MachineFlavour::linux, clock};
  testing::FakeState state;
  testing::FindingList findings;

  void capture() {
    testing::MemoryCapture sink;
    const Account ann = source.accounts().list().at(0);
    const CapturedAccount captured{sink.number_of(ann), ann, ann.home};
    LocationTable table(source);
    table.add(captured.number, ann);
    const testing::FolderPlan plan({"/home/ann"});
    Progress progress;
    scan::scan({source, plan, table, std::span(&captured, 1), {.threads = 2}}, sink, progress);
    RC_ASSERT(sink.findings().empty());
    sink.move_into(state);
    state.info().accounts = {captured};
    state.info().groups = source.accounts().groups();
  }

  load::LoadReport restore() {
    Progress progress;
    load::LoadOptions options;
    options.accounts = {state.info().accounts[0].number};
    options.threads = 2;
    return load::load(state, destination, nullptr, options, findings, progress);
  }
};

TEST(TreeInTreeOut, HoldsForAnyHome) {
  const bool holds = rc::check([] {
    Computers computers;
    computers.source.add_account("ann", 1000);
    computers.source.accounts().create_group({"project", 1500, {}});
    computers.destination.accounts().create_group({"project", 1700, {}});
    const bool is_uid_taken = *rc::gen::arbitrary<bool>();
    if (is_uid_taken) computers.destination.add_account("bob", 1000);
    testing::take(computers.source.files(), testing::generate_steps(40));

    computers.capture();
    const load::LoadReport first = computers.restore();
    const std::uint32_t ann = is_uid_taken ? 1001 : 1000;
    const auto wanted = testing::describe(computers.source.files(), {{1000, ann}, {1500, 1700}});
    RC_ASSERT(testing::describe(computers.destination.files()) == wanted);
    RC_ASSERT(first.findings.errors == 0U);
    RC_ASSERT(first.findings.losses == 0U);
    RC_ASSERT(first.objects == wanted.size());

    computers.clock.advance(std::chrono::hours(1));
    const load::LoadReport second = computers.restore();
    RC_ASSERT(testing::describe(computers.destination.files()) == wanted);
    RC_ASSERT(second.written == 0U);
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace rehome
