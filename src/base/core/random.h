// SPDX-License-Identifier: Apache-2.0
#pragma once
// Randomness comes in through constructors. The real source is codec/system_random.h; golden files are made with a
// counting one.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace rehome {

class Random {
 public:
  virtual ~Random() = default;
  /// Fills `out` with unpredictable bytes. May be called from any thread.
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

/// As hexadecimal digits, two for each byte: ids that nobody can foresee.
std::string random_hex(Random& random, std::size_t bytes);

}  // namespace rehome
