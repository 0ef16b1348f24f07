// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of two patterns that match the same object says more about it. Directory part first, then the leaf; greater
// is more specific. A property of the pattern alone: two patterns compare the same way wherever they meet.

#include <compare>
#include <cstdint>

#include "flow/rules/internal/pattern.h"

namespace rehome::rules {

/// The members in the order in which they are compared.
struct Specificity {
  std::uint32_t fixed_components = 0;    // names before the first one with a star
  std::uint32_t literal_components = 0;  // names without a star, also behind one with a star
  std::uint32_t partial_bytes = 0;       // ordinary characters in names with a star
  bool exact_folder = false;             // no '*' at the end: this folder, not those below

  enum class Leaf : std::uint8_t { any, wildcard, literal };
  Leaf leaf = Leaf::any;            // a pattern without brackets counts as literal
  std::uint32_t leaf_bytes = 0;     // ordinary characters of a wildcard leaf
  std::uint32_t leaf_firmness = 0;  // the fewer stars the greater

  auto operator<=>(const Specificity&) const = default;
};

Specificity specificity_of(const Pattern& pattern);

}  // namespace rehome::rules
