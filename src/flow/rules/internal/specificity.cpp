// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/specificity.h"

#include <limits>

namespace rehome::rules {

Specificity specificity_of(const Pattern& pattern) {
  Specificity result;
  result.fixed_components = static_cast<std::uint32_t>(pattern.fixed_components());
  for (const Glob& name : pattern.node) {
    if (name.is_literal()) {
      ++result.literal_components;
    } else {
      result.partial_bytes += static_cast<std::uint32_t>(name.literal_bytes());
    }
  }
  result.exact_folder = !pattern.recursive;
  if (!pattern.leaf || pattern.leaf->is_literal()) {
    result.leaf = Specificity::Leaf::literal;
  } else if (!pattern.leaf->is_any()) {
    result.leaf = Specificity::Leaf::wildcard;
    result.leaf_bytes = static_cast<std::uint32_t>(pattern.leaf->literal_bytes());
    result.leaf_firmness =
        std::numeric_limits<std::uint32_t>::max() - static_cast<std::uint32_t>(pattern.leaf->stars());
  }
  return result;
}

}  // namespace rehome::rules
