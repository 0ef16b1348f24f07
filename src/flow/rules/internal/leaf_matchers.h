// SPDX-License-Identifier: Apache-2.0
#pragma once
// The leaves of all patterns, each distinct text once under a number: literal names and "*.ext" are found by hash,
// only other wildcards have to be tried one by one.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/rules/internal/glob.h"

namespace rehome::rules {

using MatcherNumber = std::uint32_t;
constexpr MatcherNumber kNoMatcher = UINT32_MAX;

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};
template <typename T>
using TextMap = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

class LeafMatchers {
 public:
  /// `leaf` is not "*": that matches without being looked at.
  MatcherNumber add(const Glob& leaf);

  MatcherNumber find_literal(std::string_view name) const { return find(literals_, name); }
  MatcherNumber find_extension(std::string_view name) const;
  const Glob& glob(MatcherNumber number) const { return globs_[number]; }
  /// Neither a literal nor "*.ext".
  bool must_be_tried(MatcherNumber number) const;

 private:
  static MatcherNumber find(const TextMap<MatcherNumber>& map, std::string_view text);

  std::vector<Glob> globs_;
  TextMap<MatcherNumber> literals_;
  TextMap<MatcherNumber> extensions_;
  std::map<Glob, MatcherNumber> others_;
};

}  // namespace rehome::rules
