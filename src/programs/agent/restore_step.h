// SPDX-License-Identifier: Apache-2.0
#pragma once
// The step Restore User State: restores exactly the accounts that the site gave keys for, from the state store that was
// requested, or what lies in a folder of this computer. Only in the system that is to keep the state. For one thread.

#include <string>

#include "programs/agent/step.h"
#include "programs/agent/step_variables.h"
#include "programs/migration/key_options.h"
#include "programs/migration/restore.h"

namespace rehome::agent {

struct RestoreStepOptions {
  StepVariables variables;
  cli::RestoreOptions restore;
  cli::KeyOptions keys;  // of a local store
  bool require_logged_out = false;
};

/// done_with_losses where something was not brought.
cli::ExitCode restore_user_state(const StepEnvironment& environment, RestoreStepOptions options);

}  // namespace rehome::agent
