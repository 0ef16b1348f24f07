// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/os_conditions.h"

#include <algorithm>
#include <charconv>

#include "base/core/words.h"
#include "flow/rules/internal/glob.h"

namespace rehome::rules {

namespace {

/// Takes the part before the next dot off `version`.
std::string_view take_part(std::string_view& version) {
  const std::size_t dot = std::min(version.find('.'), version.size());
  const std::string_view part = version.substr(0, dot);
  version.remove_prefix(std::min(dot + 1, version.size()));
  return part;
}

std::uint64_t number_of(std::string_view part) {
  std::uint64_t number = 0;
  std::from_chars(part.data(), part.data() + part.size(), number);
  return number;
}

}  // namespace

bool is_os_of_type(const OperatingSystem& system, MachineFlavour flavour, std::string_view type) {
  if (flavour == MachineFlavour::windows) return same_word(type, "NT") || same_word(type, "Windows");
  return same_word(type, "Linux") || same_word(type, system.id);
}

bool matches_version(std::string_view version, std::string_view pattern) {
  while (!pattern.empty()) {
    const std::string_view wanted = take_part(pattern);
    const std::string_view part = take_part(version);
    if (!Glob::parse(wanted).matches(part.empty() ? "0" : part)) return false;
  }
  return true;
}

int compare_versions(std::string_view version, std::string_view than) {
  while (!than.empty()) {
    const std::uint64_t wanted = number_of(take_part(than));
    const std::uint64_t part = number_of(take_part(version));
    if (part != wanted) return part < wanted ? -1 : 1;
  }
  return 0;
}

}  // namespace rehome::rules
