// SPDX-License-Identifier: Apache-2.0
#pragma once
// The steps of a sequence in the order of its file, each with the groups around it.

#include <optional>
#include <string_view>
#include <vector>

#include "sequence/sequence.h"

namespace rehome::sequence {

struct PlannedStep {
  const Step* step = nullptr;
  std::vector<const Group*> groups = {};  // outermost first

  bool is_disabled() const;
  /// Whether it or a group around it is passed over where a condition does not hold.
  bool is_conditional() const;
  const Text* assigned(std::string_view variable) const;  // by the step or the nearest group; null: by none
};

std::vector<PlannedStep> steps_in_order(const Sequence& sequence);

/// Null where the list does not assign it.
const Text* find_assigned(const std::vector<Assignment>& assignments, std::string_view variable);

bool always_holds(const Condition& condition);

}  // namespace rehome::sequence
