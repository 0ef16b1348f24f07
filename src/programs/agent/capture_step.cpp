// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/capture_step.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/agent/captured_store.h"
#include "programs/agent/lease_keeper.h"
#include "programs/agent/named_accounts.h"
#include "programs/agent/old_system.h"
#include "programs/agent/remote_store.h"
#include "programs/agent/request_step.h"
#include "programs/agent/site_access.h"
#include "programs/agent/step_result.h"
#include "programs/agent/store_route.h"
#include "programs/agent/who_is_here.h"
#include "programs/command/host.h"
#include "programs/migration/capture.h"
#include "programs/migration/store_access.h"
#include "programs/migration/users.h"

namespace rehome::agent {

namespace {

using site_client::Purpose;

/// What the variables say of the engine's own options.
void apply_variables(const StepEnvironment& environment, CaptureStepOptions& options) {
  const StepVariables& variables = options.variables;
  cli::parse_options(
      variables.capture_options,
      [&](cli::Arguments& arguments) { declare_capture_options(arguments, options.capture); }, environment.context);
  if (variables.advanced) options.capture.source.rules = variables.config_files;
  if (variables.offline && options.capture.source.root == "/") {
    throw Error(ErrorCode::invalid_argument,
                "an offline capture (_OSDMigrateOfflineUserState) needs the root folder of the other system: --root");
  }
}

StoreKind kind_of(const CaptureStepOptions& options) {
  if (!options.kind.empty()) return cli::store_kind_named(options.kind);
  return options.variables.use_hard_links ? StoreKind::hard_link : StoreKind::compressed;
}

std::vector<Account> selected_accounts(const cli::SourceOptions& source) {
  return cli::select_users(cli::accounts_of(*cli::open_machine(source.root)), source.users);
}

void check_presence(const StepEnvironment& environment, const CaptureStepOptions& options) {
  check_who_is_here({.root = options.capture.source.root,
                     .accounts = selected_accounts(options.capture.source),
                     .require_logged_out = options.require_logged_out || environment.settings.require_logged_out},
                    environment.log);
}

void note_result(const StepEnvironment& environment, StepState& state, const cli::CaptureResult& result,
                 cli::FindingList& findings) {
  state.capture = result.info.capture_id;
  state.objects = result.info.objects;
  state.bytes = result.info.content_bytes;
  state.errors = findings.counts().errors;
  state.losses = findings.counts().losses;
  state.accounts.clear();
  for (const CapturedAccount& captured : result.info.accounts) {
    state.accounts.push_back({.number = captured.number,
                              .name = captured.account.name,
                              .uid = captured.account.uid,
                              .sid = captured.account.sid});
  }
  environment.log.say(fmt::format("captured {} objects, {} in {}; {} new in the store", state.objects,
                                  human_bytes(state.bytes), human_seconds(result.seconds),
                                  human_bytes(result.stored_bytes)));
}

void check_unreadable(const CaptureStepOptions& options, cli::FindingList& findings) {
  const std::uint64_t unreadable = count_unreadable(findings);
  if (options.variables.continue_on_locked_files || unreadable == 0) return;
  throw Error(ErrorCode::refused,
              fmt::format("{} files could not be read, and OSDMigrateContinueOnLockedFiles is false", unreadable));
}

/// For whoever removes the old system after the release.
void keep_captured(const StepEnvironment& environment, store::Vault& vault, const StepState& state) {
  CapturedStore captured;
  captured.store_path = state.store_path;
  captured.capture = state.capture;
  captured.is_at_site = state.is_on_smp();
  if (captured.is_at_site) captured.evidence = cli::read_evidence(vault, state.capture);
  save_captured_store(environment.folder, captured);
}

struct Capture {
  cli::Source source;
  cli::OpenStore store;
  MachinePath folder;  // of a local store
};

void run_capture(Capture capture, const StepEnvironment& environment, const CaptureStepOptions& options,
                 cli::Work& work, StepState& state) {
  cli::FindingList findings;
  const cli::CaptureTarget target{.vault = *capture.store.vault,
                                  .blobs = *capture.store.blobs,
                                  .folder = capture.folder,
                                  .check_space = !options.capture.no_space_check};
  const cli::CaptureResult result =
      cli::capture(std::move(capture.source), target, work, findings, environment.context);
  note_result(environment, state, result, findings);
  log_findings(environment.log, findings, options.variables.verbose);
  check_unreadable(options, findings);
  keep_captured(environment, *capture.store.vault, state);
  state.outcome = StepOutcome::captured;
}

/// Beside the data itself the store need not be secret; on anything that is carried away it must be.
void allow_open_store(const std::string& path, cli::KeyOptions& keys) {
  if (!cli::read_keys(keys).empty() || keys.no_encryption) return;
  const std::string parent = path.substr(0, std::max<std::size_t>(path.rfind('/'), 1));
  const VolumeClass found = cli::open_machine("/")->files().open(parent)->volume().volume_class;
  if (found != VolumeClass::local) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("{} lies on a {} volume: give a key (--key-file), or --no-encryption for a store that "
                            "anybody can read",
                            printable(path), name_of(found)));
  }
  keys.no_encryption = true;
}

void capture_locally(const StepEnvironment& environment, CaptureStepOptions& options, const std::string& path) {
  StepState state;
  state.store_path = path;
  const StoreKind kind = kind_of(options);
  state.hard_links = kind == StoreKind::hard_link;
  check_presence(environment, options);
  run_recorded(environment, state, [&] {
    cli::Source source = cli::open_source(options.capture.source, environment.context);  // before a store is made
    if (kind == StoreKind::compressed) allow_open_store(path, options.keys);
    store::VaultOptions vault_options;
    vault_options.kind = kind;
    cli::OpenStore store =
        cli::open_or_create_store(path, options.keys, vault_options, environment.context.surroundings);
    environment.log.say(fmt::format("capturing into the local {} store {}, {}", name_of(kind), printable(path),
                                    store.vault->info().encrypted ? "encrypted" : "not encrypted"));
    mark_old_system(environment.folder, options.capture.source.root);
    cli::Work work;
    run_capture({.source = std::move(source), .store = std::move(store), .folder = path}, environment, options, work,
                state);
  });
  if (state.hard_links) {
    environment.log.say(
        fmt::format("do not format the volume of {}: remove the old system around it", printable(path)));
  }
}

/// The association decides who is captured, and nobody else (S43 to S45).
void select_by_association(const StepEnvironment& environment, const site_client::StateStoreGrant& grant,
                           cli::SourceOptions& source) {
  if (!source.users.empty()) {
    throw Error(
        ErrorCode::invalid_argument,
        "who is captured to a state migration point is decided by the computer association: leave --users away");
  }
  if (grant.behaviour != site_client::Behaviour::specified) return;
  const std::vector<Account> accounts = cli::open_machine(source.root)->accounts().list();
  for (const std::string& name : names_without_account(accounts, grant.accounts)) {
    environment.log.say(fmt::format("the association names {}, who has no account here", printable(name)));
  }
  source.users = names_of(accounts_named(accounts, grant.accounts));
  if (!source.users.empty()) return;
  throw Error(ErrorCode::not_found, "none of the accounts that the computer association names is on this computer");
}

void capture_remotely(const StepEnvironment& environment, CaptureStepOptions& options, StepState& state) {
  const site_client::StateStoreGrant grant = renew_grant(environment, state);
  select_by_association(environment, grant, options.capture.source);
  check_presence(environment, options);
  run_recorded(environment, state, [&] {
    cli::Source source = cli::open_source(options.capture.source, environment.context);
    if (grant.in_place) mark_old_system(environment.folder, options.capture.source.root);
    cli::Work work;
    const LeaseKeeper keeper(
        site_options(environment, state.network_access_token_file),
        {.id = grant.lease, .heartbeat = grant.heartbeat, .lasts = grant.lasts, .phase = "capturing"}, work,
        environment.log);
    transport::HttpClientOptions client = site_options(environment, state.network_access_token_file);
    client.stop = [&] { return work.progress.cancelled || environment.context.surroundings.interrupted(); };
    try {
      cli::OpenStore store = open_remote_store_for_capture(std::move(client), grant, environment.context.surroundings);
      run_capture({.source = std::move(source), .store = std::move(store), .folder = {}}, environment, options, work,
                  state);
    } catch (const Error&) {
      keeper.check();
      throw;
    }
  });
}

}  // namespace

void declare_capture_options(cli::Arguments& arguments, CaptureOptions& options) {
  cli::declare_source_options(arguments, options.source);
  arguments.flag("--no-space-check", options.no_space_check, "Begin although the store's volume may be too small");
}

cli::ExitCode capture_user_state(const StepEnvironment& environment, CaptureStepOptions options) {
  if (!options.kind.empty()) {
    options.variables.use_hard_links = cli::store_kind_named(options.kind) == StoreKind::hard_link;
  }
  check_variables(options.variables);
  std::optional<StepState> state = load_step_state(environment.folder);
  const StoreRoute route = choose_route(state, Purpose::capture, options.variables);
  if (!route.is_local() && state->outcome == StepOutcome::captured) {
    environment.log.say("this state is captured already; release the state store");
    return verdict(*state);
  }
  apply_variables(environment, options);
  forget_captured_store(environment.folder);
  environment.log.say(fmt::format("capture-user-state: engine rehome {}", REHOME_VERSION));
  if (route.is_local()) {
    capture_locally(environment, options, route.local);
    state = load_step_state(environment.folder);
  } else {
    capture_remotely(environment, options, *state);
  }
  return verdict(*state);
}

}  // namespace rehome::agent
