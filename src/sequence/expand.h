// SPDX-License-Identifier: Apache-2.0
#pragma once
// %NAME% in texts. Pure; any thread.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::sequence {

/// The names between percent signs, in their order. "%%" is a percent sign, and one alone too.
std::vector<std::string> variables_in(std::string_view text);

using ValueOf = std::function<std::optional<std::string>(std::string_view name)>;
/// Each name once: what a value has in it stays as it is. Throws Error(invalid_argument) for one that has no value.
std::string expand(std::string_view text, const ValueOf& value_of);

}  // namespace rehome::sequence
