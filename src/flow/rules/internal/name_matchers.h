// SPDX-License-Identifier: Apache-2.0
#pragma once
// The names in patterns, for folders or for leaves: each distinct one once, under a number. Which of them a name is
// like is found by hash and in one walk over its bytes, however many they are.

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flow/rules/internal/glob.h"
#include "flow/rules/internal/glob_set.h"

namespace rehome::rules {

using MatcherNumber = std::uint32_t;

/// Names of one kind are like the same matchers.
using NameKind = std::uint32_t;
constexpr NameKind kPlainName = 0;               // like none
constexpr NameKind kUncountedKind = UINT32_MAX;  // the kinds of names are too many to keep
constexpr unsigned kNameKindBits = 29;           // the others have no more

class NameMatchers {
 public:
  /// None of the names is "*": that matches without being looked at.
  explicit NameMatchers(std::vector<Glob> names);

  /// Of one of the names.
  MatcherNumber number_of(const Glob& name) const;
  NameKind kind_of(std::string_view name) const;
  std::vector<MatcherNumber> matching(std::string_view name) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using Literals = std::unordered_map<std::string, MatcherNumber, TextHash, std::equal_to<>>;

  std::map<Glob, MatcherNumber> numbers_;
  Literals literals_;
  GlobSet globs_;  // their numbers are those of their matchers
};

}  // namespace rehome::rules
