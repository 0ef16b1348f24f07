// SPDX-License-Identifier: Apache-2.0
// Runs whose computer starts again, into the root that was asked for or into another.
#include <algorithm>
#include <gmock/gmock.h>

#include "sequence/internal/testing/run_world.h"

namespace rehome::sequence {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PassageTest, GoesOnAfterARestart) {
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

TEST(PassageTest, ARestartThatCannotBeIsAFailure) {
  World world;
  world.cannot_restart = true;
  EXPECT_EQ(world.start(with_steps("  - step: restart\n" + command("/b"))), RunEnd::failed);
  EXPECT_THAT(world.outcomes(), ElementsAre("restart failed", "/b passed-over"));
}

TEST(PassageTest, WhatCannotBePreparedIsNotLeft) {
  World world;
  world.failing = {"enter-other-root"};
  EXPECT_EQ(world.start(with_steps("  - step: enter-other-root\n" + command("/b"))), RunEnd::failed);
  EXPECT_THAT(world.asked, IsEmpty());
  EXPECT_EQ(world.state().message, "enter-other-root: no luck");
}

TEST(PassageTest, TheOtherRootIsAwaited) {
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

TEST(PassageTest, APowerCutInTheOtherRootLeadsBackThere) {
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

TEST(PassageTest, AnOtherRootThatEndsEachTimeFails) {
  World world;
  world.start(kThereAndBack);
  world.kills_commands = true;
  RunEnd end = RunEnd::waiting;
  for (int i = 0; i < 20 && end == RunEnd::waiting; ++i) end = started(world, i % 2 == 0);
  EXPECT_EQ(end, RunEnd::failed);
  EXPECT_EQ(std::ranges::count(world.done, "/c"), 0);
  EXPECT_EQ(std::ranges::count(world.done, "/d"), 0);
}

TEST(PassageTest, WhatBelongsIntoTheInstalledSystemIsNotDoneInTheOtherRoot) {
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

TEST(PassageTest, WhatBeginsInTheOtherRootGoesOnThere) {
  World world;
  world.in_other_root = true;
  EXPECT_EQ(world.start(with_steps(command("/a") + "  - step: restart\n" + command("/b"))), RunEnd::waiting);
  EXPECT_THAT(world.done, ElementsAre("/a"));
  EXPECT_EQ(started(world, false), RunEnd::succeeded);
  EXPECT_THAT(world.done, ElementsAre("/a", "/b"));
}

}  // namespace
}  // namespace rehome::sequence
