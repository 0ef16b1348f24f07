// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files of shell assignments, read without a shell: os-release, user-dirs.dirs, user-dirs.defaults. Nothing in them is
// ever executed or expanded. Pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehome {

/// "a::b" has three parts, "" one.
std::vector<std::string_view> split_text(std::string_view text, char separator);

/// "KEY" and what stands behind '=', as written, without blanks around either. Comments and other lines are left out.
std::vector<std::pair<std::string_view, std::string_view>> assignments_of(std::string_view text);

/// The value in "…", '…' or bare, up to its end; backslashes taken away. nullopt where a quote is not closed.
std::optional<std::string> unquote(std::string_view written);

}  // namespace rehome
