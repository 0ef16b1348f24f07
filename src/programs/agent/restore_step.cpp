// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/restore_step.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "base/machine/linux/password_hash.h"
#include "model/outcome.h"
#include "programs/agent/account_passwords.h"
#include "programs/agent/lease_keeper.h"
#include "programs/agent/old_system.h"
#include "programs/agent/remote_store.h"
#include "programs/agent/request_step.h"
#include "programs/agent/site_access.h"
#include "programs/agent/step_result.h"
#include "programs/agent/store_route.h"
#include "programs/agent/who_is_here.h"
#include "programs/command/arguments.h"
#include "programs/migration/store_access.h"

namespace rehome::agent {

namespace {

using site_client::Purpose;

void apply_variables(const StepEnvironment& environment, RestoreStepOptions& options) {
  cli::parse_options(
      options.variables.restore_options,
      [&](cli::Arguments& arguments) { cli::declare_restore_options(arguments, options.restore); },
      environment.context);
  if (options.variables.advanced) options.restore.rules = options.variables.config_files;
}

std::vector<Account> accounts_of(const CaptureInfo& info) {
  std::vector<Account> accounts;
  for (const CapturedAccount& captured : info.accounts) accounts.push_back(captured.account);
  return accounts;
}

void note_result(const StepEnvironment& environment, StepState& state, const CaptureInfo& info,
                 const cli::RestoreResult& result, cli::FindingList& findings) {
  state.capture = info.capture_id;
  state.objects = result.report.objects;
  state.bytes = result.report.content_bytes;
  state.errors = findings.counts().errors;
  state.losses = findings.counts().losses;
  environment.log.say(fmt::format("restored {} objects, {} in {}; {} were there already", state.objects,
                                  human_bytes(state.bytes), human_seconds(result.seconds),
                                  result.report.already_there));
}

void restore_from(const CapturedState& captured, const StepEnvironment& environment, const RestoreStepOptions& options,
                  cli::Work& work, StepState& state) {
  const CaptureInfo& info = captured.info();
  environment.log.say(fmt::format("restoring capture {} of {}, made by rehome {}", info.capture_id,
                                  printable(info.computer_name), printable(info.program_version)));
  check_who_is_here({.root = options.restore.root,
                     .accounts = accounts_of(info),
                     .require_logged_out = options.require_logged_out || environment.settings.require_logged_out},
                    environment.log);
  cli::FindingList findings;
  const cli::RestoreResult result = cli::restore(captured, options.restore, work, findings, environment.context);
  note_result(environment, state, info, result, findings);
  log_findings(environment.log, findings, options.variables.verbose);
  if (!options.variables.continue_on_restore && state.errors > 0) {
    throw Error(ErrorCode::refused, fmt::format("{} objects could not be restored, and OSDMigrateContinueOnRestore is "
                                                "false",
                                                state.errors));
  }
  state.outcome = StepOutcome::restored;
}

/// With the one password for the accounts that are made, where that is wanted.
void restore_with_passwords(const CapturedState& captured, const StepEnvironment& environment,
                            RestoreStepOptions options, cli::Work& work, StepState& state) {
  if (!options.variables.local_accounts) return restore_from(captured, environment, options, work, state);
  const std::string hash = hash_account_password(as_text(options.variables.local_account_password.view()),
                                                 environment.context.surroundings.random);
  options.restore.load.with_passwords = true;
  options.restore.load.unlock_accounts = true;
  restore_from(StateWithPasswords(captured, hash), environment, options, work, state);
}

void restore_locally(const StepEnvironment& environment, RestoreStepOptions options, const std::string& path,
                     StepState& state) {
  state = StepState{};
  state.purpose = Purpose::restore;
  state.store_path = path;
  run_recorded(environment, state, [&] {
    const cli::OpenStore open = cli::open_store(path, options.keys, environment.context.surroundings);
    cli::Work work;
    restore_with_passwords(*open.vault->open_capture(""), environment, std::move(options), work, state);
  });
}

void restore_remotely(const StepEnvironment& environment, RestoreStepOptions options, StepState& state) {
  if (!options.restore.users.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "who is restored from a state migration point is decided by the computer association: leave --users "
                "away");
  }
  const site_client::StateStoreGrant grant = renew_grant(environment, state);
  if (grant.keys.empty()) throw Error(ErrorCode::refused, "the site allows no account to be restored on this computer");
  run_recorded(environment, state, [&] {
    cli::Work work;
    const LeaseKeeper keeper(
        site_options(environment, state.network_access_token_file),
        {.id = grant.lease, .heartbeat = grant.heartbeat, .lasts = grant.lasts, .phase = "restoring"}, work,
        environment.log);
    transport::HttpClientOptions client = site_options(environment, state.network_access_token_file);
    client.stop = [&] { return work.progress.cancelled || environment.context.surroundings.interrupted(); };
    try {
      const cli::OpenStore open =
          open_remote_store_for_restore(std::move(client), grant, environment.context.surroundings);
      restore_with_passwords(*open.vault->open_capture(grant.capture), environment, std::move(options), work, state);
    } catch (const Error&) {
      keeper.check();
      throw;
    }
  });
}

}  // namespace

cli::ExitCode restore_user_state(const StepEnvironment& environment, RestoreStepOptions options) {
  check_variables(options.variables);
  StepState state = load_step_state(environment.folder).value_or(StepState{});
  const StoreRoute route = choose_route(state, Purpose::restore, options.variables);
  apply_variables(environment, options);
  refuse_old_system(environment.folder, options.restore.root);
  environment.log.say(fmt::format("restore-user-state: engine rehome {}", REHOME_VERSION));
  if (route.is_local()) {
    restore_locally(environment, std::move(options), route.local, state);
  } else {
    restore_remotely(environment, std::move(options), state);
  }
  forget_old_system(environment.folder);
  environment.log.say("restart this computer, or let the users log in again, so that everything takes effect");
  return verdict(state);
}

}  // namespace rehome::agent
