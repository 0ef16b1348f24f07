// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the commands of the steps, and of the agent, share: the folder, the variables, and the surroundings of a step.

#include <functional>
#include <string>
#include <vector>

#include "programs/agent/step.h"
#include "programs/agent/step_variables.h"
#include "programs/command/arguments.h"

namespace rehome::agent {

struct StepCommandLine {
  std::string folder = kDefaultFolder;
  std::vector<std::string> assignments;  // "NAME=VALUE"
  std::string variables_file;
  sequence::Values more;  // that other options of the command stand for; they win
};

void declare_folder(cli::Arguments& arguments, std::string& folder);
void declare_step_options(cli::Arguments& arguments, StepCommandLine& options);

/// Of the file, then of --set, then of `more`.
StepVariables read_variables(const StepCommandLine& options);

/// Opens the folder (makes it, for a local store needs no enrolment), takes its lock, and does the step. With --json
/// the step's state is printed at the end.
cli::ExitCode run_step(const std::string& folder, cli::Context& context,
                       const std::function<cli::ExitCode(const StepEnvironment&)>& step);

}  // namespace rehome::agent
