// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/step_choice.h"

#include <algorithm>
#include <ranges>

#include "base/core/error.h"
#include "sequence/internal/evaluate.h"

namespace rehome::sequence {

namespace {

bool is_release(const Step& step) {
  const auto* state = std::get_if<RunStateStep>(&step.action);
  return state != nullptr && state->step == StateStep::release_state_store;
}

}  // namespace

/// A condition that cannot be judged does not hold.
std::optional<std::string> StepChoice::reason_of(const Header& header, const Values& values) {
  if (header.disabled) return "it is disabled";
  try {
    if (holds(header.condition, values, host_)) return std::nullopt;
    return "its condition does not hold";
  } catch (const Error& error) {
    return std::string("its condition cannot be judged: ") + error.what();
  }
}

std::optional<std::string> StepChoice::reason_to_pass_over(RunState& state) {
  const PlannedStep& planned = steps_[state.next];
  if (state.next < state.skip_until) {
    const bool is_due =
        state.skips_after_failure && state.has_requested && is_release(*planned.step) && !planned.is_disabled();
    if (is_due) return std::nullopt;
    return state.skips_after_failure ? "a step before it failed" : "its group is passed over";
  }
  for (const Group* group : groups_that_begin(steps_, state.next)) {
    const std::optional<std::string> reason = reason_of(group->header, state.values);
    if (!reason) continue;
    state.skip_until = static_cast<std::uint32_t>(end_of_group(steps_, state.next, *group));
    state.skips_after_failure = false;
    return "of the group " + group->header.name + ": " + *reason;
  }
  return reason_of(planned.step->header, state.values);
}

void StepChoice::skip_after_failure(RunState& state, std::size_t number, const std::string& message) const {
  state.skips_after_failure = true;
  for (const Group* group : steps_[number].groups | std::views::reverse) {
    if (!group->header.continue_on_error) continue;
    state.skip_until = static_cast<std::uint32_t>(end_of_group(steps_, number, *group));
    return;
  }
  state.skip_until = static_cast<std::uint32_t>(steps_.size());
  if (!state.has_failed) state.message = steps_[number].step->header.name + ": " + message;
  state.has_failed = true;
}

}  // namespace rehome::sequence
