// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/node_trie.h"

#include <algorithm>

namespace rehome::rules {

NodeTrie::NodeTrie(std::span<const CompiledRule> rules) : nodes_(1) {
  for (std::size_t i = 0; i < rules.size(); ++i) add(static_cast<RuleNumber>(i), rules[i]);
}

void NodeTrie::add(RuleNumber number, const CompiledRule& rule) {
  TrieNumber at = kRoot;
  std::vector<TrieNumber> above;
  for (const Glob& name : rule.pattern.node) {
    above.push_back(at);
    at = child(at, name);
  }
  // A repeating place is also its own descendant.
  if (nodes_[at].repeats) above.push_back(at);
  if (rule.info.effect == RuleInfo::Effect::include) {
    for (const TrieNumber each : above) nodes_[each].includes_deeper.push_back(number);
  }
  hang(number, rule.pattern, rule.pattern.recursive ? nodes_[at].below : nodes_[at].here);
}

TrieNumber NodeTrie::append() {
  nodes_.emplace_back();
  return static_cast<TrieNumber>(nodes_.size() - 1);
}

TrieNumber NodeTrie::child(TrieNumber parent, const Glob& name) {
  if (name.is_any()) {
    if (nodes_[parent].any == kNoTrieNode) {
      const TrieNumber added = append();
      nodes_[added].repeats = true;
      nodes_[parent].any = added;
    }
    return nodes_[parent].any;
  }
  if (name.is_literal()) {
    if (auto found = nodes_[parent].literals.find(name.text()); found != nodes_[parent].literals.end()) {
      return found->second;
    }
    const TrieNumber added = append();
    nodes_[parent].literals.emplace(name.text(), added);
    return added;
  }
  auto found = std::ranges::find(nodes_[parent].wildcards, name, &std::pair<Glob, TrieNumber>::first);
  if (found != nodes_[parent].wildcards.end()) return found->second;
  const TrieNumber added = append();
  nodes_[parent].wildcards.emplace_back(name, added);
  return added;
}

void NodeTrie::hang(RuleNumber number, const Pattern& pattern, RuleGroup& group) {
  group.all.push_back(number);
  if (!pattern.leaf) {
    group.folder.push_back(number);
    return;
  }
  if (pattern.leaf->is_any()) {
    group.any_leaf.push_back(number);
    // "this folder and all below, and everything in them": the folders are part of it.
    if (pattern.recursive) group.folder.push_back(number);
    return;
  }
  const MatcherNumber matcher = matchers_.add(*pattern.leaf);
  std::vector<RuleNumber>& same = group.by_matcher[matcher];
  if (same.empty() && matchers_.must_be_tried(matcher)) group.to_try.push_back(matcher);
  same.push_back(number);
}

}  // namespace rehome::rules
