// SPDX-License-Identifier: Apache-2.0
// `rehome step …`: the four steps of a migration by hand.
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "programs/agent/capture_step.h"
#include "programs/agent/internal/declarations.h"
#include "programs/agent/internal/step_command.h"
#include "programs/agent/release_step.h"
#include "programs/agent/request_step.h"
#include "programs/agent/restore_step.h"

namespace rehome::agent {

namespace {

using cli::Arguments;
using cli::Context;
using cli::ExitCode;

struct RequestLine : StepCommandLine {
  std::string purpose, token_file, root = "/";
  std::string retry_count, retry_delay;
};

struct CaptureLine : StepCommandLine {
  std::string local, kind, continue_on_locked_files;
  bool require_logged_out = false;
  CaptureOptions capture;
  cli::KeyOptions keys;
};

struct RestoreLine : StepCommandLine {
  std::string local;
  bool require_logged_out = false;
  cli::RestoreOptions restore;
  cli::KeyOptions keys;
};

/// An option of the command line that is a variable by another name.
void add_given(sequence::Values& values, const char* name, const std::string& value) {
  if (!value.empty()) values.emplace_back(name, value);
}

void say_without_effect(const StepEnvironment& environment, const StepVariables& variables) {
  for (const std::string& name : variables.without_effect) environment.log.say(name + " has no effect here");
}

ExitCode request(RequestLine line, Context& context) {
  add_given(line.more, "OSDStateSMPRetryCount", line.retry_count);
  add_given(line.more, "OSDStateSMPRetryTime", line.retry_delay);
  return run_step(line.folder, context, [&](const StepEnvironment& environment) {
    request_state_store(environment, {.purpose = site_client::purpose_named(line.purpose),
                                      .variables = read_variables(line),
                                      .network_access_token_file = line.token_file,
                                      .root = line.root});
    return ExitCode::success;
  });
}

ExitCode capture(CaptureLine line, Context& context) {
  add_given(line.more, "OSDStateStorePath", line.local);
  add_given(line.more, "OSDMigrateContinueOnLockedFiles", line.continue_on_locked_files);
  return run_step(line.folder, context, [&](const StepEnvironment& environment) {
    CaptureStepOptions options;
    options.variables = read_variables(line);
    options.capture = line.capture;
    options.keys = line.keys;
    options.kind = line.kind;
    options.require_logged_out = line.require_logged_out;
    say_without_effect(environment, options.variables);
    return capture_user_state(environment, std::move(options));
  });
}

ExitCode restore(RestoreLine line, Context& context) {
  add_given(line.more, "OSDStateStorePath", line.local);
  return run_step(line.folder, context, [&](const StepEnvironment& environment) {
    RestoreStepOptions options;
    options.variables = read_variables(line);
    options.restore = line.restore;
    options.keys = line.keys;
    options.require_logged_out = line.require_logged_out;
    say_without_effect(environment, options.variables);
    return restore_user_state(environment, std::move(options));
  });
}

}  // namespace

void declare_request_state_store(Arguments& arguments) {
  const auto line = std::make_shared<RequestLine>();
  declare_step_options(arguments, *line);
  arguments.option("--retry-count", "N", line->retry_count, "How often to ask again, 0 to 30 (OSDStateSMPRetryCount)");
  arguments.option("--retry-delay", "SECONDS", line->retry_delay, "Between two, 0 to 600 (OSDStateSMPRetryTime)");
  arguments.option("--network-access-token-file", "FILE", line->token_file,
                   "Token to ask with where the site does not take this computer's own certificate (mode 0600)");
  arguments.option("--root", "DIR", line->root, "The computer whose root folder this is, instead of the running one");
  arguments.required("PURPOSE", line->purpose, "capture or restore");
  arguments.run([line](Context& context) { return request(*line, context); });
}

void declare_capture_user_state(Arguments& arguments) {
  const auto line = std::make_shared<CaptureLine>();
  declare_step_options(arguments, *line);
  arguments.option("--local", "DIR", line->local, "Capture into this folder, not to the site (OSDStateStorePath)");
  arguments.option("--kind", "KIND", line->kind, "Of a local store: compressed, uncompressed or hard-link");
  cli::declare_key_options(arguments, line->keys);
  arguments.flag("--no-encryption", line->keys.no_encryption, "Make a local store that anybody can read");
  arguments.option("--continue-on-locked-files", "true|false", line->continue_on_locked_files,
                   "Whether files that cannot be read are only listed (OSDMigrateContinueOnLockedFiles)");
  arguments.flag("--require-logged-out", line->require_logged_out, "Stop where a user is logged in or has files open");
  declare_capture_options(arguments, line->capture);
  arguments.run([line](Context& context) { return capture(*line, context); });
}

void declare_restore_user_state(Arguments& arguments) {
  const auto line = std::make_shared<RestoreLine>();
  declare_step_options(arguments, *line);
  arguments.option("--local", "DIR", line->local, "Restore from this folder, not from the site (OSDStateStorePath)");
  cli::declare_key_options(arguments, line->keys);
  arguments.flag("--require-logged-out", line->require_logged_out, "Stop where a user is logged in or has files open");
  cli::declare_restore_options(arguments, line->restore);
  arguments.run([line](Context& context) { return restore(*line, context); });
}

void declare_release_state_store(Arguments& arguments) {
  const auto line = std::make_shared<StepCommandLine>();
  declare_folder(arguments, line->folder);
  arguments.run([line](Context& context) {
    return run_step(line->folder, context, [](const StepEnvironment& environment) {
      release_state_store(environment);
      return ExitCode::success;
    });
  });
}

}  // namespace rehome::agent
