// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/interrupt.h"

#include <csignal>
#include <gtest/gtest.h>

namespace rehome::platform {
namespace {

TEST(Interrupt, NotesTheFirstSignal) {
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.requested());
  (void)std::raise(SIGTERM);
  EXPECT_TRUE(interrupt.requested());
  EXPECT_EQ(interrupt.signal_number(), SIGTERM);
}

TEST(Interrupt, StartsAfreshEachTime) {
  {
    const Interrupt interrupt;
    (void)std::raise(SIGINT);
  }
  const Interrupt interrupt;
  EXPECT_FALSE(interrupt.requested());
}

TEST(InterruptDeathTest, ASecondSignalEndsAtOnce) {
  const auto signalled_twice = [] {
    const Interrupt interrupt;
    (void)std::raise(SIGINT);
    (void)std::raise(SIGTERM);
  };
  EXPECT_EXIT(signalled_twice(), ::testing::KilledBySignal(SIGTERM), "");
}

TEST(Interrupt, GivesTheSignalsBack) {
  static volatile std::sig_atomic_t caught = 0;
  const auto before = std::signal(SIGINT, [](int number) { caught = number; });
  {
    const Interrupt interrupt;
  }
  (void)std::raise(SIGINT);
  EXPECT_EQ(caught, SIGINT);
  (void)std::signal(SIGINT, before);
}

}  // namespace
}  // namespace rehome::platform
