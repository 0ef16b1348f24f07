// SPDX-License-Identifier: Apache-2.0
#pragma once
// For bugs only: a condition that holds whatever the input is. In release builds too, because going on with a broken
// invariant is how user data is lost.

#include <source_location>
#include <string_view>

namespace rehome {

/// Prints the place and `why`, and aborts, unless `condition` holds.
void check(bool condition, std::string_view why, std::source_location place = std::source_location::current());

}  // namespace rehome
