// SPDX-License-Identifier: Apache-2.0
#pragma once
// All rules as one automaton over the names of folders. Its states are made when a walker first needs them: they
// depend on where patterns stand, not on the folders, so that a tree of a million folders needs a few dozen. Any
// thread may ask; making a state takes a lock, finding a known one takes none.

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/core/locked.h"
#include "flow/rules/internal/numbers_hash.h"
#include "flow/rules/internal/plan_folder.h"

namespace rehome::rules {

/// Rules with '*' in the middle of several paths can need a state for every combination of them: an Error says so
/// before memory does.
constexpr std::size_t kStateLimit = 128 * 1024;
constexpr std::size_t kPlaceLimit = 32 * 1024 * 1024;  // in all states together

class Automaton {
 public:
  /// Names of the patterns are in comparable form already, and so are all names given to the methods. `rules` must
  /// stay where they are.
  explicit Automaton(std::span<const CompiledRule> rules);

  PlanState start() const { return start_; }
  /// Throws Error(limit_exceeded).
  PlanState enter(PlanState folder, std::string_view name) const;
  const PlanFolder& at(PlanState folder) const;
  RuleTables tables() const { return {rules_, ranks_, trie_}; }
  std::size_t states() const;

 private:
  struct Table {
    std::unordered_map<std::vector<TrieNumber>, PlanState, NumbersHash> known;
    std::size_t places = 0;
  };
  static constexpr std::size_t kBlock = 1024;
  using Block = std::array<std::unique_ptr<const PlanFolder>, kBlock>;

  PlanState intern(FolderPlaces places) const;

  std::span<const CompiledRule> rules_;
  std::vector<RankedRule> ranks_;
  NodeTrie trie_;
  mutable Locked<Table> table_;
  /// Written under the lock of the table before the number of the state is given out, and never again.
  mutable std::array<std::unique_ptr<Block>, kStateLimit / kBlock> blocks_;
  PlanState start_ = 0;
};

}  // namespace rehome::rules
