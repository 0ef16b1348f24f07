// SPDX-License-Identifier: Apache-2.0
#pragma once
// The step Capture User State: captures this computer's users into the state store that was requested, or into a folder
// of this computer. Run again after a kill, a stop or a lost lease it goes on. For one thread.

#include <string>

#include "programs/agent/step.h"
#include "programs/agent/step_variables.h"
#include "programs/command/arguments.h"
#include "programs/migration/key_options.h"
#include "programs/migration/source.h"

namespace rehome::agent {

/// What the engine itself takes, on the command line and in OSDMigrateAdditionalCaptureOptions.
struct CaptureOptions {
  cli::SourceOptions source;
  bool no_space_check = false;  // begin although the store's volume may be too small
};
void declare_capture_options(cli::Arguments& arguments, CaptureOptions& options);

struct CaptureStepOptions {
  StepVariables variables;
  CaptureOptions capture;
  cli::KeyOptions keys;  // of a local store
  std::string kind;      // of a local store; empty: as the variables say
  bool require_logged_out = false;
};

/// done_with_losses where something was not taken.
cli::ExitCode capture_user_state(const StepEnvironment& environment, CaptureStepOptions options);

}  // namespace rehome::agent
