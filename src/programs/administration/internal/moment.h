// SPDX-License-Identifier: Apache-2.0
#pragma once
// A moment as a person types it. Any thread.

#include <cstdint>
#include <string>

namespace rehome::administration {

/// Seconds since 1970 of "2026-11-22T18:44" and "2026-11-22T18:44:53" (local time), the same with "Z" (UTC), or "12h"
/// from `now` on. `name` is the option, for messages. Throws Error(invalid_argument).
std::int64_t parse_moment(const std::string& text, const std::string& name, std::int64_t now);

}  // namespace rehome::administration
