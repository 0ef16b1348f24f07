// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/passage.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "sequence/internal/evaluate.h"

namespace rehome::sequence {

namespace {

/// How often the computer may start into another root than it was asked for.
constexpr int kMostDetours = 2;

}  // namespace

void Passage::begin() {
  if (state_.phase == Phase::between && state_.next == 0) state_.is_in_other_root = host_.is_in_other_root();
}

void Passage::wait_in(Phase phase) {
  state_.phase = phase;
  state_.boot = host_.boot();
}

bool Passage::has_arrived() {
  if (host_.boot() == state_.boot) return false;
  const bool enters = state_.phase == Phase::entering;
  if (enters == host_.is_in_other_root()) {
    state_.phase = Phase::between;
    state_.interruptions = 0;
    state_.is_in_other_root = enters;
    return true;
  }
  if (++state_.interruptions > kMostDetours) {
    throw Error(ErrorCode::refused, enters ? "the computer started, but not the other root"
                                           : "the computer started into the other root, and not into the installed "
                                             "system");
  }
  wait_in(state_.phase);
  journal_.save(state_);
  return false;
}

void Passage::leave() {
  if (state_.phase == Phase::entering) {
    enter(*steps_[state_.next - 1].step);
  } else {
    host_.restart();
  }
}

bool Passage::is_astray() const {
  return !is_waiting() && state_.next >= state_.skip_until && state_.is_in_other_root != host_.is_in_other_root();
}

void Passage::go_back() {
  if (++state_.interruptions > kMostInterruptions) {
    throw Error(ErrorCode::refused,
                fmt::format("the computer started {} times, and not into the root in which the sequence goes on",
                            kMostInterruptions));
  }
  journal_.save(state_);
  if (state_.is_in_other_root) {
    journal_.say("the sequence goes on in the other root, which is entered again");
    enter(last_way_out());
  } else {
    journal_.say("the sequence goes on in the installed system, which is started");
    host_.restart();
  }
}

void Passage::enter(const Step& step) {
  const Action action = with_values(step.action, state_.values);
  host_.enter_other_root(std::get<EnterOtherRoot>(action).image.text);
}

const Step& Passage::last_way_out() const {
  const auto found = std::find_if(steps_.rend() - state_.next, steps_.rend(), [](const PlannedStep& planned) {
    return std::holds_alternative<EnterOtherRoot>(planned.step->action);
  });
  if (found == steps_.rend()) throw Error(ErrorCode::corrupt, "no step before leads into the other root");
  return *found->step;
}

}  // namespace rehome::sequence
