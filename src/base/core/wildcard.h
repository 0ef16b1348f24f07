// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names with '*' in them, as people write them on a command line.

#include <string_view>

namespace rehome {

/// Whether `name` is like `pattern`, in which '*' stands for any bytes, none included. Goes back to the last star only:
/// the time is at most the product of the lengths.
bool matches_wildcard(std::string_view pattern, std::string_view name);

}  // namespace rehome
