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
  const Text* assigned(std::string_view variable) const;  // by the step or the nearest group; null: by none
};

std::vector<PlannedStep> steps_in_order(const Sequence& sequence);

/// The number of the step after the last one of `group`, which is around step `number`.
std::size_t end_of_group(const std::vector<PlannedStep>& steps, std::size_t number, const Group& group);
/// Those around step `number` and not around the step before it, outermost first.
std::vector<const Group*> groups_that_begin(const std::vector<PlannedStep>& steps, std::size_t number);

/// Null where the list does not assign it.
const Text* find_assigned(const std::vector<Assignment>& assignments, std::string_view variable);

}  // namespace rehome::sequence
