// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether anything in or below a folder can be included: what decides that a folder is not even opened.

#include <span>

#include "flow/rules/internal/compiled_rule.h"
#include "flow/rules/internal/node_trie.h"
#include "flow/rules/internal/precedence.h"

namespace rehome::rules {

/// Where patterns stand in one folder.
struct FolderPlaces {
  std::vector<TrieNumber> at;     // their folder part led just here, and may lead further
  std::vector<TrieNumber> below;  // their "\*" covers this folder and all below
};

/// True where some include may win for an object inside; false only where none can.
bool reaches_inside(const FolderPlaces& places, const NodeTrie& trie, std::span<const CompiledRule> rules,
                    std::span<const RankedRule> ranks);

}  // namespace rehome::rules
