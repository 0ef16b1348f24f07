// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the four steps of a migration stand on. Each step is a command of its own whose state is on disk (step_state.h),
// so a person, a task sequence or `agent run` can string them together, and a step that was killed is run again:
//
//   Request State Store → Capture User State | Restore User State → Release State Store
//
// For one thread; the folder's lock is held while a step runs.

#include <chrono>
#include <functional>
#include <string>

#include "base/core/error.h"
#include "programs/agent/agent_folder.h"
#include "programs/agent/agent_log.h"
#include "programs/agent/settings.h"
#include "programs/agent/step_state.h"
#include "programs/command/command.h"

namespace rehome::agent {

struct StepEnvironment {
  AgentFolder& folder;
  const Settings& settings;
  AgentLog& log;
  cli::Context& context;
};

/// Does `work` and keeps on disk that it is under way, and why it failed. What a stop or a lost lease ended stays under
/// way: the same step goes on with it. `work` sets the outcome where it succeeds.
void run_recorded(const StepEnvironment& environment, StepState& state, const std::function<void()>& work);

/// Whether the site, or the way to it, has a trouble that may pass: it cannot be reached, or its disk fails.
bool is_trouble_of_the_site(ErrorCode code);

struct Retries {
  int count = 0;
  std::chrono::seconds delay{};
  bool of_refusals = false;  // also where the site has no room, or nothing for us, yet
};
/// Calls `attempt` with 0, 1, ... until it does not throw what may pass.
/// Throws Error(cancelled) where the user stops the waiting.
void with_retries(const StepEnvironment& environment, const Retries& retries, const std::function<void(int)>& attempt);

}  // namespace rehome::agent
