// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/node_trie.h"

#include <algorithm>
#include <iterator>

namespace rehome::rules {

namespace {

std::vector<Glob> folder_names_of(std::span<const CompiledRule> rules) {
  std::vector<Glob> names;
  for (const CompiledRule& rule : rules) {
    std::ranges::copy_if(rule.pattern.node, std::back_inserter(names), [](const Glob& name) { return !name.is_any(); });
  }
  return names;
}

std::vector<Glob> leaf_names_of(std::span<const CompiledRule> rules) {
  std::vector<Glob> names;
  for (const CompiledRule& rule : rules) {
    if (rule.pattern.leaf && !rule.pattern.leaf->is_any()) names.push_back(*rule.pattern.leaf);
  }
  return names;
}

}  // namespace

NodeTrie::NodeTrie(std::span<const CompiledRule> rules)
    : folder_names_(folder_names_of(rules)), leaf_names_(leaf_names_of(rules)), nodes_(1) {
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
  const MatcherNumber matcher = folder_names_.number_of(name);
  if (auto found = nodes_[parent].named.find(matcher); found != nodes_[parent].named.end()) return found->second;
  const TrieNumber added = append();
  nodes_[parent].named.emplace(matcher, added);
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
  group.by_matcher[leaf_names_.number_of(*pattern.leaf)].push_back(number);
}

}  // namespace rehome::rules
