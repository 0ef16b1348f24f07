// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tells the site how a deployed sequence goes: each step as it begins and ends, what its program says, and its end.
// What the site does not take now is told later. For one thread.

#include <chrono>
#include <string>
#include <vector>

#include "programs/agent/deployment_record.h"
#include "programs/agent/step.h"
#include "programs/site_client/deployment_calls.h"
#include "sequence/run_state.h"

namespace rehome::agent {

class DeploymentReporter {
 public:
  explicit DeploymentReporter(const StepEnvironment& environment) : environment_(environment) {}

  /// `state` null: it has not begun. Where nothing is new it asks only now and then whether the site has other wishes.
  site_client::Wish tell(CurrentDeployment& current, const sequence::RunState* state);
  /// True when the site knows the end, or does not want to.
  bool tell_end(const CurrentDeployment& current, const sequence::RunState* state);
  /// What its program said since the last time; `all`: an unfinished line too. False where more is to be sent.
  bool send_output(AgentFolder& folder, CurrentDeployment& current, bool all);

 private:
  std::vector<site_client::DeployedStep> news(const sequence::RunState* state) const;
  /// False where the site cannot be reached. Throws what it refuses.
  bool send(const CurrentDeployment& current, site_client::DeploymentReport report, site_client::Wish& wish);
  bool is_away() const { return std::chrono::steady_clock::now() < not_before_; }
  void note_trouble(const Error& error);

  StepEnvironment environment_;
  std::vector<site_client::DeployedStep> known_{};  // by the site
  site_client::DeploymentReport last_{};
  std::chrono::steady_clock::time_point last_told_{}, not_before_{};
};

}  // namespace rehome::agent
