// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/internal/step_command.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "sequence/given_values.h"

namespace rehome::agent {

void declare_folder(cli::Arguments& arguments, std::string& folder) {
  arguments.option("--state", "DIR", folder, "Folder of the agent: root's alone");
}

void declare_step_options(cli::Arguments& arguments, StepCommandLine& options) {
  declare_folder(arguments, options.folder);
  arguments.option("--set", "NAME=VALUE", options.assignments, "A task sequence variable, such as OSDStateStorePath");
  arguments.option("--variables", "FILE", options.variables_file,
                   "Task sequence variables as a JSON object (mode 0600, it may hold secrets)");
}

StepVariables read_variables(const StepCommandLine& options) {
  StepVariables variables;
  Secret file;
  if (!options.variables_file.empty()) file = cli::read_secret_file(options.variables_file);
  set_variables(variables,
                sequence::given_values(as_text(file.view()), printable(options.variables_file), options.assignments));
  set_variables(variables, options.more);
  return variables;
}

cli::ExitCode run_step(const std::string& folder_path, cli::Context& context,
                       const std::function<cli::ExitCode(const StepEnvironment&)>& step) {
  AgentFolder folder = AgentFolder::open_or_make(folder_path);
  const std::unique_ptr<FolderLock> lock = folder.lock();
  const Settings settings = load_settings(folder);
  AgentLog log(folder, context.surroundings.clock, context.options.quiet ? nullptr : &context.surroundings.err);
  try {
    const cli::ExitCode code = step({.folder = folder, .settings = settings, .log = log, .context = context});
    if (context.options.json) cli::print_json(to_json(load_step_state(folder).value_or(StepState{})), context);
    return code;
  } catch (const Error& error) {
    log.say_to_file(fmt::format("failed: {}", printable(error.what())));  // the program says it on stderr
    throw;
  }
}

}  // namespace rehome::agent
