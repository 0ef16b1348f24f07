// SPDX-License-Identifier: Apache-2.0
#pragma once
// How long a body may still take to move on. One byte now and then does not count. One thread at a time.

#include <chrono>
#include <cstdint>

namespace rehome::http {

class StallClock {
 public:
  using Clock = std::chrono::steady_clock;
  explicit StallClock(std::chrono::milliseconds limit) : limit_(limit), deadline_(Clock::now() + limit) {}

  void moved(std::uint64_t bytes) {
    moved_ += bytes;
    if (moved_ < kLeastMove) return;
    moved_ = 0;
    deadline_ = Clock::now() + limit_;
  }
  Clock::time_point deadline() const { return deadline_; }
  std::chrono::milliseconds left() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - Clock::now());
  }

 private:
  static constexpr std::uint64_t kLeastMove = 4096;
  std::chrono::milliseconds limit_;
  Clock::time_point deadline_;
  std::uint64_t moved_ = 0;
};

}  // namespace rehome::http
