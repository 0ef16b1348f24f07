// SPDX-License-Identifier: Apache-2.0
#include "programs/command/reporter.h"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <thread>

#include "base/codec/system_random.h"

namespace rehome::cli {
namespace {

TEST(Reporter, ShowsBytesObjectsRateRemainingTimeAndUserOnATerminal) {
  std::ostringstream out;
  std::ostringstream err;
  SystemRandom random;
  const SystemClock clock;
  Surroundings surroundings{.out = out,
                            .err = err,
                            .err_is_terminal = true,
                            .terminal_columns = 200,
                            .interrupted = [] { return true; },
                            .ask_secret = {},
                            .ask = {},
                            .random = random,
                            .clock = clock};
  Context context{.surroundings = surroundings, .options = {}, .action = nullptr};
  Progress progress;
  progress.objects = 7;
  progress.bytes = 1'000'000;
  progress.expected_bytes = 4'000'000;
  progress.account = 1;
  {
    const Reporter reporter(context, progress, "capturing", {{1, "ann"}});
    while (err.tellp() == 0 || !progress.cancelled) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_THAT(err.str(), ::testing::MatchesRegex(".*capturing: 7 objects, 1.0 MB, .*/s, 25% of 4.0 MB, .* left "
                                                 ".ann..*"));
}

}  // namespace
}  // namespace rehome::cli
