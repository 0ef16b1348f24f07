// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/name_matchers.h"

#include <algorithm>

#include "base/core/check.h"

namespace rehome::rules {

namespace {

constexpr MatcherNumber kMostMatchers = (1U << (kNameKindBits - 1)) - 1;

/// Wildcards first, so that their numbers are those that they have among themselves.
std::map<Glob, MatcherNumber> number(std::vector<Glob> names) {
  std::ranges::partition(names, [](const Glob& name) { return !name.is_literal(); });
  std::map<Glob, MatcherNumber> numbers;
  for (const Glob& name : names) numbers.try_emplace(name, static_cast<MatcherNumber>(numbers.size()));
  check(numbers.size() < kMostMatchers, "rules are fewer than matchers can be counted");
  return numbers;
}

std::vector<Glob> wildcards_of(const std::map<Glob, MatcherNumber>& numbers) {
  std::vector<Glob> wildcards(
      std::ranges::count_if(numbers, [](const auto& each) { return !each.first.is_literal(); }));
  for (const auto& [name, matcher] : numbers) {
    if (!name.is_literal()) wildcards[matcher] = name;
  }
  return wildcards;
}

}  // namespace

NameMatchers::NameMatchers(std::vector<Glob> names)
    : numbers_(number(std::move(names))), globs_(wildcards_of(numbers_)) {
  for (const auto& [name, matcher] : numbers_) {
    if (name.is_literal()) literals_.emplace(name.text(), matcher);
  }
}

MatcherNumber NameMatchers::number_of(const Glob& name) const {
  auto found = numbers_.find(name);
  check(found != numbers_.end(), "the names of all patterns were numbered");
  return found->second;
}

NameKind NameMatchers::kind_of(std::string_view name) const {
  // What a literal is like is the same every time. Odd numbers are literals, even ones kinds of wildcards.
  if (auto literal = literals_.find(name); literal != literals_.end()) return literal->second * 2 + 1;
  const GlobSet::Kind* kind = globs_.kind_of(name);
  return kind == nullptr ? kUncountedKind : kind->number * 2;
}

std::vector<MatcherNumber> NameMatchers::matching(std::string_view name) const {
  const GlobSet::Kind* kind = globs_.kind_of(name);
  std::vector<MatcherNumber> found = kind == nullptr ? globs_.try_each(name) : kind->globs;
  if (auto literal = literals_.find(name); literal != literals_.end()) found.push_back(literal->second);
  return found;
}

}  // namespace rehome::rules
