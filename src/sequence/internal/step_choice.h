// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which steps are run: those of groups and with conditions that hold, and none that a failure skips; but after a
// failure a state store that was requested is still released (C-T16), so that the site learns of it.

#include <optional>
#include <string>
#include <vector>

#include "sequence/internal/planned_step.h"
#include "sequence/run.h"

namespace rehome::sequence {

class StepChoice {
 public:
  StepChoice(const std::vector<PlannedStep>& steps, Host& host) : steps_(steps), host_(host) {}

  /// Why the next step is passed over; nothing where it is due. Notes which steps after it go the same way.
  std::optional<std::string> reason_to_pass_over(RunState& state);
  /// Step `number` has failed: skips to the end of the nearest group that goes on after errors, or of everything.
  void skip_after_failure(RunState& state, std::size_t number, const std::string& message) const;

 private:
  std::optional<std::string> reason_of(const Header& header, const Values& values);

  const std::vector<PlannedStep>& steps_;
  Host& host_;
};

}  // namespace rehome::sequence
