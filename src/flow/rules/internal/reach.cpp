// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/reach.h"

#include <algorithm>
#include <vector>

namespace rehome::rules {

namespace {

using Effect = RuleInfo::Effect;

/// Whether `exclude` matches everything inside a folder that `include` does, given that its folder part fits.
bool covers(const Pattern& exclude, const Pattern& include) {
  if (!exclude.leaf) return !include.leaf;
  if (exclude.leaf->is_any()) return include.leaf || exclude.recursive;
  if (!include.leaf) return false;
  if (include.leaf->is_literal()) return exclude.leaf->matches(include.leaf->text());
  return *exclude.leaf == *include.leaf;
}

class Reach {
 public:
  Reach(const FolderPlaces& places, const NodeTrie& trie, std::span<const CompiledRule> rules,
        std::span<const RankedRule> ranks)
      : places_(places), trie_(trie), rules_(rules), ranks_(ranks) {
    for (const TrieNumber place : places.below) collect_excludes(trie.node(place).below, recursive_);
    here_ = recursive_;
    for (const TrieNumber place : places.at) collect_excludes(trie.node(place).here, here_);
  }

  bool reaches() const {
    for (const TrieNumber place : places_.below) {
      if (any_wins(trie_.node(place).below.all, recursive_)) return true;
    }
    for (const TrieNumber place : places_.at) {
      const TrieNode& node = trie_.node(place);
      if (any_wins(node.includes_deeper, recursive_) || any_leaf_wins_here(node.here)) return true;
    }
    return false;
  }

 private:
  void collect_excludes(const RuleGroup& group, std::vector<RuleNumber>& excludes) {
    for (const RuleNumber number : group.all) {
      const Effect effect = ranks_[number].effect;
      if (effect == Effect::exclude || effect == Effect::unconditional_exclude) excludes.push_back(number);
    }
  }

  bool wins(RuleNumber include, const std::vector<RuleNumber>& excludes) const {
    if (ranks_[include].effect != Effect::include) return false;
    return std::ranges::none_of(excludes, [&](RuleNumber exclude) {
      return beats(ranks_[exclude], ranks_[include]) && covers(rules_[exclude].pattern, rules_[include].pattern);
    });
  }

  bool any_wins(const std::vector<RuleNumber>& numbers, const std::vector<RuleNumber>& excludes) const {
    return std::ranges::any_of(numbers, [&](RuleNumber number) { return wins(number, excludes); });
  }

  /// A pattern without a leaf that ends here means the folder, nothing inside.
  bool any_leaf_wins_here(const RuleGroup& group) const {
    return std::ranges::any_of(
        group.all, [&](RuleNumber number) { return rules_[number].pattern.leaf.has_value() && wins(number, here_); });
  }

  const FolderPlaces& places_;
  const NodeTrie& trie_;
  std::span<const CompiledRule> rules_;
  std::span<const RankedRule> ranks_;
  std::vector<RuleNumber> recursive_;  // excludes that hold here and in every folder below
  std::vector<RuleNumber> here_;       // these and the ones that hold in this folder only
};

}  // namespace

bool reaches_inside(const FolderPlaces& places, const NodeTrie& trie, std::span<const CompiledRule> rules,
                    std::span<const RankedRule> ranks) {
  return Reach(places, trie, rules, ranks).reaches();
}

}  // namespace rehome::rules
