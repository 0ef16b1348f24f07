// SPDX-License-Identifier: Apache-2.0
#pragma once
// The sequences that the site deploys to this computer: which of those that it offers is begun, refused, or waits. One
// is under way at a time. In: offers, hostile. Out: a running sequence (deployed_sequence.h), and reports. For one
// thread.

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "flow/transport/http_client.h"
#include "programs/agent/deployed_sequence.h"
#include "programs/agent/deployment_record.h"
#include "programs/agent/step.h"
#include "programs/site_client/agent_calls.h"
#include "programs/site_client/deployment_calls.h"

namespace rehome::agent {

class DeploymentRunner {
 public:
  /// Takes up what the agent before this one left unfinished.
  explicit DeploymentRunner(const StepEnvironment& environment);

  /// Begins the first of the offers that may run, refuses those that may not, and says of the others why they wait.
  /// `why_not_now`: where nothing is to be begun; else empty.
  void consider(transport::HttpClient& client, const std::vector<site_client::OfferedDeployment>& offers,
                const std::string& why_not_now);
  /// To be called each second: looks how far it is and tells.
  void watch();
  /// Asks the sequence that runs to stop where it can go on, and waits for that.
  void stop();

  /// A sequence is under way, or waits for a restart, or its end is not told: nothing else may begin.
  bool is_occupied() const { return current_.has_value(); }
  /// What is under way may get further without a restart of the computer.
  bool is_at_work() const { return current_ && !current_->waits_for_restart(); }

 private:
  void decide(transport::HttpClient& client, const site_client::OfferedDeployment& offer);
  void begin(const std::string& id, const site_client::GivenDeployment& given);
  void refuse(transport::HttpClient& client, const std::string& id, const std::string& reason);
  void say_waiting(transport::HttpClient& client, const std::string& id, const std::string& reason);

  StepEnvironment environment_;
  DeploymentRecord record_;
  std::optional<DeployedSequence> current_{};  // where record_ has one
  std::set<std::string> told_{};               // what was said of those that wait
  std::string last_problem_{};                 // said once, not each second
};

}  // namespace rehome::agent
