// SPDX-License-Identifier: Apache-2.0
#pragma once
// Randomness comes in through constructors. The real source is codec/system_random.h; golden files are made with a
// counting one.

#include <cstdint>
#include <span>

namespace rehome {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills `out` with unpredictable bytes. May be called from any thread.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

}  // namespace rehome
