// SPDX-License-Identifier: Apache-2.0
#pragma once
// The functions that rule files may call, and where: one row each. A row says what a function is for, not whether it
// is evaluated: that is known where it would be.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::rules {

/// What a function gives, and so where it may stand.
enum class HelperKind : std::uint8_t {
  condition,  // <condition>
  filter,     // filter= of include, exclude, destinationCleanup
  content,    // filter= of content
  modify,     // script= of contentModify
  move,       // script= of locationModify
  merge,      // script= of merge
  patterns,   // <script> of objectSet
  text,       // <script> of variable
  action,     // <script> of processing
};
/// "a condition", "a filter of include or exclude", ...
std::string_view describe(HelperKind kind);

struct Helper {
  std::string_view name;
  HelperKind kind = HelperKind::condition;
  std::uint8_t least_arguments = 0;
  std::uint8_t most_arguments = 0;
  bool begins_with_type = false;  // the first argument is File, Registry or Ini
};

constexpr std::uint8_t kAnyNumber = UINT8_MAX;

/// Compared without case; null where there is none.
const Helper* find_helper(std::string_view name);
std::vector<std::string_view> helper_names();
/// The object before the dot: MigXmlHelper, or MigSysHelper for what files ship with Windows bring along.
bool is_helper_object(std::string_view name);

}  // namespace rehome::rules
