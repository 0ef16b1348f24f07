// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/plan_folder.h"

#include <algorithm>

namespace rehome::rules {

namespace {

std::uint64_t pack(const Outcome& outcome) {
  return std::uint64_t{outcome.decision.rule} | std::uint64_t{outcome.decision.included} << 32U |
         std::uint64_t{static_cast<std::uint8_t>(outcome.collision)} << 33U;
}

Outcome unpack(std::uint64_t word) {
  return {{(word >> 32U & 1U) != 0, static_cast<RuleNumber>(word & UINT32_MAX)},
          static_cast<CollisionPolicy>(word >> 33U & 3U)};
}
constexpr unsigned kOutcomeBits = 35;

void append(std::vector<RuleNumber>& out, const std::vector<RuleNumber>& more) {
  out.insert(out.end(), more.begin(), more.end());
}

void append_rules_of(MatcherNumber matcher, const RuleGroup& group, std::vector<RuleNumber>& out) {
  if (auto found = group.by_matcher.find(matcher); found != group.by_matcher.end()) append(out, found->second);
}

void sort_unique(std::vector<TrieNumber>& numbers) {
  std::ranges::sort(numbers);
  auto rest = std::ranges::unique(numbers);
  numbers.erase(rest.begin(), rest.end());
}

void add_place(TrieNumber place, const NodeTrie& trie, FolderPlaces& places) {
  const TrieNode& node = trie.node(place);
  // A place that neither leads on nor holds rules would only keep equal folders apart.
  if (node.leads_on() || !node.here.empty()) places.at.push_back(place);
  if (!node.below.empty()) places.below.push_back(place);
}

}  // namespace

PlanFolder::PlanFolder(FolderPlaces places, const RuleTables& tables) : places_(std::move(places)) {
  auto take = [&](const RuleGroup& group) {
    if (group.empty()) return;
    groups_.push_back(&group);
    to_try_.insert(to_try_.end(), group.to_try.begin(), group.to_try.end());
    looks_at_names_ = looks_at_names_ || !group.by_matcher.empty();
  };
  for (const TrieNumber place : places_.at) take(tables.trie.node(place).here);
  for (const TrieNumber place : places_.below) take(tables.trie.node(place).below);
  sort_unique(to_try_);
  reaches_inside_ = rules::reaches_inside(places_, tables.trie, tables.rules, tables.ranks);
  folder_ = decide(rules_of_folder(tables), tables.ranks);
  any_leaf_ = decide(gather({}, tables), tables.ranks);
}

std::vector<RuleNumber> PlanFolder::rules_of_folder(const RuleTables& tables) const {
  std::vector<RuleNumber> found;
  for (const RuleGroup* group : groups_) append(found, group->folder);
  sort_by_precedence(found, tables.ranks);
  return found;
}

PlanFolder::LeafHits PlanFolder::hits_of(std::string_view name, const LeafMatchers& matchers) const {
  LeafHits hits;
  if (!looks_at_names_) return hits;
  hits.by_hash = matchers.find_literal(name);
  hits.extension = matchers.find_extension(name);
  if (hits.by_hash == kNoMatcher) hits.by_hash = hits.extension;
  for (const MatcherNumber matcher : to_try_) {
    if (matchers.glob(matcher).matches(name)) hits.tried.push_back(matcher);
  }
  return hits;
}

std::vector<RuleNumber> PlanFolder::gather(const LeafHits& hits, const RuleTables& tables) const {
  std::vector<RuleNumber> found;
  for (const RuleGroup* group : groups_) {
    append(found, group->any_leaf);
    if (hits.by_hash != kNoMatcher) append_rules_of(hits.by_hash, *group, found);
    if (hits.extension != kNoMatcher && hits.extension != hits.by_hash) append_rules_of(hits.extension, *group, found);
    for (const MatcherNumber matcher : hits.tried) append_rules_of(matcher, *group, found);
  }
  sort_by_precedence(found, tables.ranks);
  return found;
}

std::vector<RuleNumber> PlanFolder::rules_of_leaf(std::string_view name, const RuleTables& tables) const {
  return gather(hits_of(name, tables.trie.matchers()), tables);
}

Outcome PlanFolder::leaf_outcome(std::string_view name, const RuleTables& tables) const {
  const LeafHits hits = hits_of(name, tables.trie.matchers());
  if (!hits.tried.empty()) return decide(gather(hits, tables), tables.ranks);
  if (hits.by_hash == kNoMatcher) return any_leaf_;
  // A literal name has one extension only: its number stands for both.
  if (auto known = known_outcome(hits.by_hash)) return *known;
  Outcome outcome = decide(gather(hits, tables), tables.ranks);
  remember_outcome(hits.by_hash, outcome);
  return outcome;
}

std::optional<Outcome> PlanFolder::known_outcome(MatcherNumber matcher) const {
  const std::uint64_t word = outcomes_[matcher % kSlots].load(std::memory_order_relaxed);
  if (word >> kOutcomeBits != std::uint64_t{matcher} + 1) return std::nullopt;
  return unpack(word);
}

void PlanFolder::remember_outcome(MatcherNumber matcher, const Outcome& outcome) const {
  const std::uint64_t word = (std::uint64_t{matcher} + 1) << kOutcomeBits | pack(outcome);
  outcomes_[matcher % kSlots].store(word, std::memory_order_relaxed);
}

std::vector<TrieNumber> PlanFolder::places_of_name(std::string_view name, const NodeTrie& trie) const {
  std::vector<TrieNumber> found;
  for (const TrieNumber place : places_.at) {
    const TrieNode& node = trie.node(place);
    if (auto literal = node.literals.find(name); literal != node.literals.end()) found.push_back(literal->second);
    for (const auto& [glob, target] : node.wildcards) {
      if (glob.matches(name)) found.push_back(target);
    }
  }
  std::ranges::sort(found);
  return found;
}

FolderPlaces PlanFolder::enter(std::span<const TrieNumber> places_of_name, const NodeTrie& trie) const {
  FolderPlaces next;
  next.below = places_.below;
  for (const TrieNumber place : places_.at) {
    const TrieNode& node = trie.node(place);
    if (node.repeats) add_place(place, trie, next);
    if (node.any != kNoTrieNode) add_place(node.any, trie, next);
  }
  for (const TrieNumber place : places_of_name) add_place(place, trie, next);
  sort_unique(next.at);
  sort_unique(next.below);
  return next;
}

std::optional<PlanState> PlanFolder::known_next(TrieNumber place) const {
  // Acquire: whoever gets the number must see the state that it stands for.
  const std::uint64_t word = next_[place % kSlots].load(std::memory_order_acquire);
  auto next_plus_one = static_cast<std::uint32_t>(word & UINT32_MAX);
  if (next_plus_one == 0 || word >> 32U != place) return std::nullopt;
  return next_plus_one - 1;
}

void PlanFolder::remember_next(TrieNumber place, PlanState next) const {
  next_[place % kSlots].store(std::uint64_t{place} << 32U | (next + 1), std::memory_order_release);
}

}  // namespace rehome::rules
