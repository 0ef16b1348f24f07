// SPDX-License-Identifier: Apache-2.0
#pragma once
// Runs the sequences that the site deploys, one at a time, each in a process of its own that outlives this one. What is
// under way is on disk: after a crash or restart of the agent or the computer it is taken up, and its end is told to
// the site once. For one thread.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/core/platform/child_process.h"
#include "flow/transport/http_client.h"
#include "programs/agent/deployment_record.h"
#include "programs/agent/deployment_reporter.h"
#include "programs/agent/sequence_program.h"
#include "programs/agent/step.h"
#include "programs/site_client/agent_calls.h"

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
  bool is_occupied() const { return record_.current.has_value(); }
  /// What is under way may get further without a restart of the computer.
  bool is_at_work() const { return is_occupied() && !waits_for_restart_; }

 private:
  void begin(const std::string& id, const site_client::GivenDeployment& given);
  void start_program();
  void note_end_of_program(int exit_code);
  void take_up();
  void offer(transport::HttpClient& client, const site_client::OfferedDeployment& offer);
  void end(const std::string& how, const std::string& message);
  void watch_running();
  void obey_cancellation();
  void give_back_store();
  void finish_telling();
  void refuse(transport::HttpClient& client, const std::string& id, const std::string& reason);
  void say_waiting(transport::HttpClient& client, const std::string& id, const std::string& reason);
  std::string last_words();
  void look_at_state();
  const sequence::RunState* state() const { return state_ ? &*state_ : nullptr; }
  void save() { save_deployments(environment_.folder, record_); }

  StepEnvironment environment_;
  DeploymentRecord record_;
  DeploymentReporter reporter_;
  std::optional<AgentFolder> folder_{};  // of the current one
  std::optional<sequence::RunState> state_{};
  std::string why_unreadable_{};
  std::unique_ptr<platform::ChildProcess> child_{};
  bool waits_for_restart_ = false, is_asked_to_stop_ = false;
  std::set<std::string> told_{};  // what was said of those that wait
};

}  // namespace rehome::agent
