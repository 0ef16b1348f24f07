// SPDX-License-Identifier: Apache-2.0
#pragma once
// How fast bytes may flow, over all connections of a client. In: how many bytes a connection moved, and when. Out: how
// long it must pause. Any thread may call.

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/core/locked.h"

namespace rehome::transport {

class RateLimit {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  /// 0: no limit.
  explicit RateLimit(std::uint64_t bytes_per_second) : rate_(bytes_per_second) {}

  std::chrono::nanoseconds pause_after(std::uint64_t bytes, Moment now) {
    if (rate_ == 0) return {};
    const std::chrono::duration<double> cost(static_cast<double>(bytes) / static_cast<double>(rate_));
    auto free_from = free_from_.lock();
    // What was not used in the past is not made up for: the limit holds for every moment.
    *free_from = std::max(*free_from, now) + std::chrono::duration_cast<std::chrono::nanoseconds>(cost);
    return *free_from - now;
  }

  /// The most bytes to move in one piece, so that no pause is long.
  std::uint64_t piece() const {
    constexpr std::uint64_t kSmallest = 1024, kLargest = 256 * 1024;
    return rate_ == 0 ? kLargest : std::clamp(rate_ / 4, kSmallest, kLargest);
  }

 private:
  std::uint64_t rate_;
  Locked<Moment> free_from_;
};

}  // namespace rehome::transport
