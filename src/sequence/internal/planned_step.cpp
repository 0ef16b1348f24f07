// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/planned_step.h"

#include <algorithm>
#include <ranges>

#include "base/core/words.h"
#include "sequence/variables.h"

namespace rehome::sequence {

namespace {

void add_steps(const std::vector<Node>& nodes, std::vector<const Group*>& around, std::vector<PlannedStep>& steps) {
  for (const Node& node : nodes) {
    if (const auto* step = std::get_if<Step>(&node)) {
      steps.push_back({.step = step, .groups = around});
      continue;
    }
    const Group& group = std::get<Group>(node);
    around.push_back(&group);
    add_steps(group.nodes, around, steps);
    around.pop_back();
  }
}

}  // namespace

std::vector<PlannedStep> steps_in_order(const Sequence& sequence) {
  std::vector<PlannedStep> steps;
  std::vector<const Group*> around;
  add_steps(sequence.nodes, around, steps);
  return steps;
}

std::size_t end_of_group(const std::vector<PlannedStep>& steps, std::size_t number, const Group& group) {
  while (number < steps.size() && std::ranges::find(steps[number].groups, &group) != steps[number].groups.end()) {
    ++number;
  }
  return number;
}

std::vector<const Group*> groups_that_begin(const std::vector<PlannedStep>& steps, std::size_t number) {
  const std::vector<const Group*>& here = steps[number].groups;
  if (number == 0) return here;
  const std::vector<const Group*>& before = steps[number - 1].groups;
  return {std::ranges::mismatch(here, before).in1, here.end()};
}

bool PlannedStep::is_disabled() const {
  return step->header.disabled ||
         std::ranges::any_of(groups, [](const Group* group) { return group->header.disabled; });
}

const Text* PlannedStep::assigned(std::string_view variable) const {
  if (const Text* value = find_assigned(step->header.variables, variable)) return value;
  for (const Group* group : groups | std::views::reverse) {
    if (const Text* value = find_assigned(group->header.variables, variable)) return value;
  }
  return nullptr;
}

const Text* find_assigned(const std::vector<Assignment>& assignments, std::string_view variable) {
  for (const Assignment& assignment : assignments | std::views::reverse) {
    if (same_word(assignment.name, variable)) return &assignment.value;
  }
  return nullptr;
}

}  // namespace rehome::sequence
