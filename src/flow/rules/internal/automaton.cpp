// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/automaton.h"

#include "base/core/check.h"
#include "base/core/error.h"

namespace rehome::rules {

namespace {

std::vector<RankedRule> rank(std::span<const CompiledRule> rules) {
  std::vector<RankedRule> ranks;
  ranks.reserve(rules.size());
  for (const CompiledRule& rule : rules) {
    ranks.push_back({rule.info.effect, rule.instance, rule.policy, specificity_of(rule.pattern)});
  }
  return ranks;
}

/// Places in one row, with a number that is no place between the two kinds.
std::vector<TrieNumber> key_of(const FolderPlaces& places) {
  std::vector<TrieNumber> key = places.at;
  key.push_back(kNoTrieNode);
  key.insert(key.end(), places.below.begin(), places.below.end());
  return key;
}

void check_limits(std::size_t states, std::size_t places) {
  if (states < kStateLimit && places < kPlaceLimit) return;
  throw Error(ErrorCode::limit_exceeded,
              "the rules need more than " + std::to_string(kStateLimit) +
                  " states to tell folders apart; use fewer patterns with '*' in the middle of a path");
}

}  // namespace

Automaton::Automaton(std::span<const CompiledRule> rules) : rules_(rules), ranks_(rank(rules)), trie_(rules) {
  FolderPlaces root;
  root.at.push_back(NodeTrie::kRoot);
  if (!trie_.node(NodeTrie::kRoot).below.empty()) root.below.push_back(NodeTrie::kRoot);
  start_ = intern(std::move(root));
}

PlanState Automaton::enter(PlanState folder, std::string_view name) const {
  const PlanFolder& from = at(folder);
  std::vector<TrieNumber> named = from.places_of_name(name, trie_);
  const TrieNumber only = named.empty() ? kNoTrieNode : named.front();
  if (named.size() <= 1) {
    if (auto known = from.known_next(only)) return *known;
  }
  const PlanState next = intern(from.enter(named, trie_));
  if (named.size() <= 1) from.remember_next(only, next);
  return next;
}

const PlanFolder& Automaton::at(PlanState folder) const {
  check(folder < kStateLimit && blocks_[folder / kBlock] != nullptr, "a state comes from this plan");
  return *(*blocks_[folder / kBlock])[folder % kBlock];
}

std::size_t Automaton::states() const { return table_.lock()->known.size(); }

PlanState Automaton::intern(FolderPlaces places) const {
  std::vector<TrieNumber> key = key_of(places);
  auto table = table_.lock();
  if (auto found = table->known.find(key); found != table->known.end()) return found->second;
  check_limits(table->known.size(), table->places);
  auto number = static_cast<PlanState>(table->known.size());
  std::unique_ptr<Block>& block = blocks_[number / kBlock];
  if (block == nullptr) block = std::make_unique<Block>();
  (*block)[number % kBlock] = std::make_unique<const PlanFolder>(std::move(places), tables());
  table->places += key.size();
  table->known.emplace(std::move(key), number);
  return number;
}

}  // namespace rehome::rules
