// SPDX-License-Identifier: Apache-2.0
#pragma once
// A row of numbers as the key of a table: the states of both automata are told apart by one.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace rehome::rules {

/// FNV-1a over whole numbers, its halves folded together at the end.
struct NumbersHash {
  std::size_t operator()(const std::vector<std::uint32_t>& key) const {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::uint32_t number : key) hash = (hash ^ number) * 0x100000001b3U;
    return hash ^ hash >> 32U;
  }
};

}  // namespace rehome::rules
