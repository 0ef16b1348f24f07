// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/release_step.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/captured_store.h"
#include "programs/agent/site_access.h"

namespace rehome::agent {

namespace {

std::string release_at_site(const StepEnvironment& environment, const StepState& state) {
  transport::HttpClient client(site_options(environment, state.network_access_token_file));
  const site_client::Release release{.outcome = release_outcome(state),
                                     .capture = state.capture,
                                     .accounts = state.accounts,
                                     .objects = state.objects,
                                     .bytes = state.bytes,
                                     .errors = state.errors,
                                     .losses = state.losses,
                                     .message = state.message};
  std::string result;
  const Retries retries{.count = environment.settings.retries,
                        .delay = std::chrono::seconds(environment.settings.retry_delay)};
  with_retries(environment, retries,
               [&](int) { result = site_client::release_state_store(client, state.lease, release); });
  environment.log.say(fmt::format("released as {}; the store is {}", release.outcome, printable(result)));
  return result;
}

}  // namespace

std::string release_outcome(const StepState& state) {
  switch (state.outcome) {
    case StepOutcome::captured:
      return "captured";
    case StepOutcome::restored:
      return "restored";
    case StepOutcome::failed:
      return "failed";
    case StepOutcome::none:
    case StepOutcome::working:
      break;
  }
  // A restore that never ended must not start the clock after which the store is deleted.
  return state.purpose == site_client::Purpose::capture ? "abandoned" : "failed";
}

std::string release_state_store(const StepEnvironment& environment) {
  const std::optional<StepState> state = load_step_state(environment.folder);
  if (!state) {
    throw Error(ErrorCode::not_found,
                "there is no state store to release: `rehome step request-state-store` comes first");
  }
  try {
    const std::string result = state->is_on_smp() ? release_at_site(environment, *state) : "local";
    if (state->purpose == site_client::Purpose::capture) note_release(environment.folder, result);
    forget_step_state(environment.folder);
    return result;
  } catch (Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    forget_step_state(environment.folder);  // the lease has ended: there is nothing left that could be released
    throw error.add_context("the site no longer knows the lease; request a state store again");
  }
}

}  // namespace rehome::agent
