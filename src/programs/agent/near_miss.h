// SPDX-License-Identifier: Apache-2.0
#pragma once
// "Did you mean": which of the known names are near one that is not known. Any thread.

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::agent {

/// At most three of `known`, nearest first, that differ from `name` in a few letters (case does not count).
std::vector<std::string> near_misses(std::string_view name, std::span<const std::string_view> known);

}  // namespace rehome::agent
