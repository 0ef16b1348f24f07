// SPDX-License-Identifier: Apache-2.0
#pragma once
// Time comes in through constructors, so tests can hold it still.

#include <compare>
#include <cstdint>
#include <string>

namespace rehome {

/// A moment: seconds since 1970-01-01 UTC (negative before) and nanoseconds within that second, 0..999,999,999.
struct Timestamp {
  std::int64_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  auto operator<=>(const Timestamp&) const = default;
};

/// "2026-11-22T18:44:53Z".
std::string to_iso8601(Timestamp moment);

class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock. May be called from any thread.
  virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

}  // namespace rehome
