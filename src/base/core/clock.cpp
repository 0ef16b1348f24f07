// SPDX-License-Identifier: Apache-2.0
#include "base/core/clock.h"

#include <chrono>
#include <fmt/chrono.h>

namespace rehome {

std::string to_iso8601(Timestamp moment) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(static_cast<std::time_t>(moment.seconds)));
}

Timestamp SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count();
  return {.seconds = nanoseconds / 1'000'000'000,
          .nanoseconds = static_cast<std::uint32_t>(nanoseconds % 1'000'000'000)};
}

}  // namespace rehome
