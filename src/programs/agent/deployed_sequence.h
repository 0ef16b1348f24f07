// SPDX-License-Identifier: Apache-2.0
#pragma once
// One deployed sequence that was begun, until the site knows its end. It runs in a process of its own, which outlives
// this one; what is under way is on disk, so that it is taken up after a crash or restart of the agent or the computer.
// For one thread.

#include <memory>
#include <optional>
#include <string>

#include "base/core/platform/detached_process.h"
#include "programs/agent/deployment_record.h"
#include "programs/agent/deployment_reporter.h"
#include "programs/agent/sequence_program.h"
#include "programs/agent/step.h"

namespace rehome::agent {

class DeployedSequence {
 public:
  /// The current one of `record`, which outlives this and is kept on disk.
  DeployedSequence(const StepEnvironment& environment, DeploymentRecord& record);

  void start_program();
  /// To be called each second: looks how far it is and tells. When the site knows its end, the record has none any
  /// more.
  void watch();
  /// Asks it to stop where it can go on, and waits for that.
  void stop();
  bool waits_for_restart() const { return waits_for_restart_; }

 private:
  CurrentDeployment& current() { return *record_.current; }
  const sequence::RunState* state() const { return state_ ? &*state_ : nullptr; }
  void save() { save_deployments(environment_.folder, record_); }
  void look_at_state();
  void look_at_program();
  void note_end_of_program(int exit_code);
  /// Where no process runs it.
  void take_up();
  void end(const std::string& how, const std::string& message);
  void tell();
  void tell_end();
  void obey_cancellation();
  /// A sequence that was stopped has not released what it requested.
  void give_back_store();
  std::string last_words();

  StepEnvironment environment_;
  DeploymentRecord& record_;
  AgentFolder folder_;
  DeploymentReporter reporter_;
  std::optional<sequence::RunState> state_{};
  std::string why_unreadable_{};
  std::unique_ptr<platform::DetachedProcess> child_{};
  bool waits_for_restart_ = false, is_asked_to_stop_ = false;
};

}  // namespace rehome::agent
