// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/leaf_matchers.h"

namespace rehome::rules {

MatcherNumber LeafMatchers::add(const Glob& leaf) {
  auto next = static_cast<MatcherNumber>(globs_.size());
  MatcherNumber number = next;
  if (leaf.is_literal()) {
    number = literals_.emplace(leaf.text(), next).first->second;
  } else if (!leaf.extension().empty()) {
    number = extensions_.emplace(leaf.extension(), next).first->second;
  } else {
    number = others_.emplace(leaf, next).first->second;
  }
  if (number == next) globs_.push_back(leaf);
  return number;
}

MatcherNumber LeafMatchers::find_extension(std::string_view name) const {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? kNoMatcher : find(extensions_, name.substr(dot + 1));
}

bool LeafMatchers::must_be_tried(MatcherNumber number) const {
  return !globs_[number].is_literal() && globs_[number].extension().empty();
}

MatcherNumber LeafMatchers::find(const TextMap<MatcherNumber>& map, std::string_view text) {
  auto found = map.find(text);
  return found == map.end() ? kNoMatcher : found->second;
}

}  // namespace rehome::rules
