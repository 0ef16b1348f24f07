// SPDX-License-Identifier: Apache-2.0
#pragma once
// One state of the automaton: all folders that the rules cannot tell apart. Made when a walker first comes to such a
// folder; from then on immutable but for its caches, which any thread may read and fill.

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "flow/rules/internal/node_trie.h"
#include "flow/rules/internal/precedence.h"
#include "flow/rules/internal/reach.h"
#include "model/plan.h"

namespace rehome::rules {

/// The rules in the three forms in which deciding needs them.
struct RuleTables {
  std::span<const CompiledRule> rules;
  std::span<const RankedRule> ranks;
  const NodeTrie& trie;
};

class PlanFolder {
 public:
  PlanFolder(FolderPlaces places, const RuleTables& tables);

  bool reaches_inside() const { return reaches_inside_; }
  const Outcome& folder_outcome() const { return folder_; }
  Outcome leaf_outcome(std::string_view name, const RuleTables& tables) const;
  /// In order of precedence.
  std::vector<RuleNumber> rules_of_folder(const RuleTables& tables) const;
  std::vector<RuleNumber> rules_of_leaf(std::string_view name, const RuleTables& tables) const;

  /// The places that a child of this name leads to by its name, besides those that every child leads to. Ascending.
  std::vector<TrieNumber> places_of_name(std::string_view name, const NodeTrie& trie) const;
  /// Where a child with these places of its own stands.
  FolderPlaces enter(std::span<const TrieNumber> places_of_name, const NodeTrie& trie) const;

  /// The state behind, if it was looked up before: by the one place its name leads to, or kNoTrieNode for a name that
  /// leads to none.
  std::optional<PlanState> known_next(TrieNumber place) const;
  void remember_next(TrieNumber place, PlanState next) const;

 private:
  std::vector<RuleNumber> gather(std::span<const MatcherNumber> leaf, const RuleTables& tables) const;
  std::optional<Outcome> known_outcome(NameKind kind) const;
  void remember_outcome(NameKind kind, const Outcome& outcome) const;

  FolderPlaces places_;
  std::vector<const RuleGroup*> groups_;
  bool looks_at_names_ = false;  // some group has rules for leaves of certain names
  bool reaches_inside_ = false;
  Outcome folder_;
  Outcome any_leaf_;

  /// Direct-mapped; a slot holds key and value in one word, so that a reader sees both or neither.
  static constexpr std::size_t kPlaceSlots = 16;
  static constexpr std::size_t kKindSlots = 32;
  mutable std::array<std::atomic<std::uint64_t>, kPlaceSlots> next_{};
  mutable std::array<std::atomic<std::uint64_t>, kKindSlots> outcomes_{};
};

}  // namespace rehome::rules
