// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folder parts of all patterns as one tree of names, built once; the automaton walks it with a set of places in
// it. Rules hang where the folder part of their pattern ends.

#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "flow/rules/internal/compiled_rule.h"
#include "flow/rules/internal/name_matchers.h"
#include "flow/rules/internal/precedence.h"

namespace rehome::rules {

/// The rules of patterns with the same folder part, by what they say about the leaf.
struct RuleGroup {
  std::vector<RuleNumber> any_leaf;
  std::unordered_map<MatcherNumber, std::vector<RuleNumber>> by_matcher;
  std::vector<RuleNumber> folder;  // that mean the folder itself
  std::vector<RuleNumber> all;

  bool empty() const { return all.empty(); }
};

using TrieNumber = std::uint32_t;
constexpr TrieNumber kNoTrieNode = UINT32_MAX;

struct TrieNode {
  std::unordered_map<MatcherNumber, TrieNumber> named;
  TrieNumber any = kNoTrieNode;  // behind a '*' that is a whole name
  bool repeats = false;          // is such a place: one name or more lead here
  RuleGroup here;                // patterns that end here
  RuleGroup below;               // patterns that end here with "\*": here and in every folder below
  std::vector<RuleNumber> includes_deeper;

  bool leads_on() const { return repeats || any != kNoTrieNode || !named.empty(); }
};

class NodeTrie {
 public:
  /// Names of the patterns are in comparable form already.
  explicit NodeTrie(std::span<const CompiledRule> rules);

  static constexpr TrieNumber kRoot = 0;
  const TrieNode& node(TrieNumber number) const { return nodes_[number]; }
  const NameMatchers& folder_names() const { return folder_names_; }
  const NameMatchers& leaf_names() const { return leaf_names_; }

 private:
  void add(RuleNumber number, const CompiledRule& rule);
  TrieNumber child(TrieNumber parent, const Glob& name);
  TrieNumber append();
  void hang(RuleNumber number, const Pattern& pattern, RuleGroup& group);

  NameMatchers folder_names_;
  NameMatchers leaf_names_;
  std::vector<TrieNode> nodes_;
};

}  // namespace rehome::rules
