// SPDX-License-Identifier: Apache-2.0
#pragma once
// A clock that stands still until a test turns it. Any thread may read it.

#include <atomic>
#include <chrono>
#include <cstdint>

#include "base/core/clock.h"

namespace rehome {

class ManualClock final : public Clock {
 public:
  /// Noon of 2026-01-01 UTC unless told otherwise.
  explicit ManualClock(Timestamp start = {1'767'268'800, 0}) { set(start); }

  Timestamp now() const override {
    std::int64_t seconds = nanoseconds_ / kPerSecond;
    std::int64_t rest = nanoseconds_ % kPerSecond;
    if (rest < 0) {
      rest += kPerSecond;
      --seconds;
    }
    return {seconds, static_cast<std::uint32_t>(rest)};
  }
  void set(Timestamp moment) { nanoseconds_ = moment.seconds * kPerSecond + moment.nanoseconds; }
  void advance(std::chrono::nanoseconds by) { nanoseconds_ += by.count(); }

 private:
  static constexpr std::int64_t kPerSecond = 1'000'000'000;
  std::atomic<std::int64_t> nanoseconds_{0};
};

}  // namespace rehome
