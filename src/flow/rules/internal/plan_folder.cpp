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
static_assert(kOutcomeBits + kNameKindBits == 64);

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
    looks_at_names_ = looks_at_names_ || !group.by_matcher.empty();
  };
  for (const TrieNumber place : places_.at) take(tables.trie.node(place).here);
  for (const TrieNumber place : places_.below) take(tables.trie.node(place).below);
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

std::vector<RuleNumber> PlanFolder::gather(std::span<const MatcherNumber> leaf, const RuleTables& tables) const {
  std::vector<RuleNumber> found;
  for (const RuleGroup* group : groups_) {
    append(found, group->any_leaf);
    for (const MatcherNumber matcher : leaf) append_rules_of(matcher, *group, found);
  }
  sort_by_precedence(found, tables.ranks);
  return found;
}

std::vector<RuleNumber> PlanFolder::rules_of_leaf(std::string_view name, const RuleTables& tables) const {
  return gather(tables.trie.leaf_names().matching(name), tables);
}

Outcome PlanFolder::leaf_outcome(std::string_view name, const RuleTables& tables) const {
  if (!looks_at_names_) return any_leaf_;
  const NameKind kind = tables.trie.leaf_names().kind_of(name);
  if (kind == kPlainName) return any_leaf_;
  if (auto known = known_outcome(kind)) return *known;
  Outcome outcome = decide(rules_of_leaf(name, tables), tables.ranks);
  if (kind != kUncountedKind) remember_outcome(kind, outcome);
  return outcome;
}

std::optional<Outcome> PlanFolder::known_outcome(NameKind kind) const {
  const std::uint64_t word = outcomes_[kind % kKindSlots].load(std::memory_order_relaxed);
  if (word >> kOutcomeBits != std::uint64_t{kind} + 1) return std::nullopt;
  return unpack(word);
}

void PlanFolder::remember_outcome(NameKind kind, const Outcome& outcome) const {
  const std::uint64_t word = (std::uint64_t{kind} + 1) << kOutcomeBits | pack(outcome);
  outcomes_[kind % kKindSlots].store(word, std::memory_order_relaxed);
}

std::vector<TrieNumber> PlanFolder::places_of_name(std::string_view name, const NodeTrie& trie) const {
  const std::vector<MatcherNumber> matching = trie.folder_names().matching(name);
  std::vector<TrieNumber> found;
  for (const TrieNumber place : places_.at) {
    const TrieNode& node = trie.node(place);
    for (const MatcherNumber matcher : matching) {
      if (auto next = node.named.find(matcher); next != node.named.end()) found.push_back(next->second);
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
  const std::uint64_t word = next_[place % kPlaceSlots].load(std::memory_order_acquire);
  auto next_plus_one = static_cast<std::uint32_t>(word & UINT32_MAX);
  if (next_plus_one == 0 || word >> 32U != place) return std::nullopt;
  return next_plus_one - 1;
}

void PlanFolder::remember_next(TrieNumber place, PlanState next) const {
  next_[place % kPlaceSlots].store(std::uint64_t{place} << 32U | (next + 1), std::memory_order_release);
}

}  // namespace rehome::rules
