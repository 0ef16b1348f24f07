// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/request_step.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/agent/site_access.h"
#include "programs/command/host.h"
#include "programs/migration/estimate.h"

namespace rehome::agent {

namespace {

using site_client::Purpose;
using site_client::StateStoreGrant;

void refuse_open_lease(const std::optional<StepState>& before, Purpose purpose) {
  if (!before || !before->is_on_smp() || before->purpose == purpose) return;
  throw Error(ErrorCode::busy, fmt::format("this computer still has a state store for {}: run `rehome step "
                                           "release-state-store` first",
                                           site_client::name_of(before->purpose)));
}

/// S10: before anything is reserved.
void refuse_hard_links(const StepVariables& variables) {
  if (!variables.use_hard_links) return;
  throw Error(ErrorCode::refused,
              "hard links lead to no other computer and go with no state migration point: capture to a local folder "
              "without this step, or do without hard links (_OSDMigrateUseHardlinks)");
}

std::uint64_t estimated_bytes(const StepEnvironment& environment, const std::string& root) {
  cli::FindingList ignored;  // the capture itself will say them
  cli::SourceOptions source;
  source.root = root;
  const cli::EstimateResult result = cli::estimate(source, ignored, environment.context);
  environment.log.say(fmt::format("{} objects, {} to capture at most", result.estimate.total.objects,
                                  human_bytes(result.estimate.total.content_bytes)));
  return result.estimate.total.content_bytes;
}

StateStoreGrant ask(const StepEnvironment& environment, const StepState& state, int retry) {
  transport::HttpClient client(site_options(environment, state.network_access_token_file));
  return site_client::request_state_store(client, {.purpose = state.purpose,
                                                   .estimated_bytes = state.estimated_bytes,
                                                   .retry = retry,
                                                   .computer = claimed_name(state.network_access_token_file)});
}

void adopt(const StateStoreGrant& grant, StepState& state) {
  state.lease = grant.lease;
  state.store = grant.store;
  state.vault = grant.vault;
  state.in_place = grant.in_place;
  state.store_path = grant.blobs;
}

/// As this computer itself and, where the site does not take that, with the network access token (C-F6).
StateStoreGrant ask_in_turn(const StepEnvironment& environment, StepState& state, const std::string& token_file,
                            int retry) {
  try {
    return ask(environment, state, retry);
  } catch (const Error& error) {
    const bool is_unknown = error.code() == ErrorCode::permission_denied || error.code() == ErrorCode::not_found;
    if (!is_unknown || token_file.empty() || !state.network_access_token_file.empty()) throw;
    environment.log.say(fmt::format("{}; asking with the network access token", printable(error.what())));
  }
  state.network_access_token_file = token_file;
  return ask(environment, state, retry);
}

std::string token_file_of(const StepEnvironment& environment, const RequestOptions& options) {
  if (!options.network_access_token_file.empty()) return cli::absolute_path(options.network_access_token_file);
  if (!options.variables.fallback_to_naa) return {};
  const std::string& configured = environment.settings.network_access_token_file;
  if (configured.empty()) {
    throw Error(ErrorCode::invalid_argument,
                "OSDStateFallbackToNAA needs a network access token: give --network-access-token-file, or "
                "network_access_token_file in the agent's config.json");
  }
  return configured;
}

}  // namespace

StepState request_state_store(const StepEnvironment& environment, const RequestOptions& options) {
  check_variables(options.variables);
  refuse_hard_links(options.variables);
  const std::optional<StepState> before = load_step_state(environment.folder);
  refuse_open_lease(before, options.purpose);
  const std::string token_file = token_file_of(environment, options);
  StepState state;
  state.purpose = options.purpose;
  if (options.purpose == Purpose::capture) state.estimated_bytes = estimated_bytes(environment, options.root);
  const Retries retries{.count = options.variables.retry_count,
                        .delay = std::chrono::seconds(options.variables.retry_delay),
                        .of_refusals = true};
  with_retries(environment, retries, [&](int retry) {
    const StateStoreGrant grant = ask_in_turn(environment, state, token_file, retry);
    if (before && before->lease == grant.lease) state = *before;  // what was done under it is done
    adopt(grant, state);
    environment.log.say(fmt::format("state store for {}: {} on {} in {}{}", site_client::name_of(state.purpose),
                                    state.store, printable(grant.smp), printable(grant.folder),
                                    grant.resume ? "; it goes on with what is there" : ""));
  });
  save_step_state(environment.folder, state);
  return state;
}

StateStoreGrant renew_grant(const StepEnvironment& environment, StepState& state) {
  StateStoreGrant grant = ask(environment, state, 0);
  if (grant.lease != state.lease) environment.log.say("the lease of the request had ended; the site gave a new one");
  adopt(grant, state);
  return grant;
}

}  // namespace rehome::agent
