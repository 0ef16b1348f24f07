// SPDX-License-Identifier: Apache-2.0
#pragma once
// The step Request State Store: asks the site for a state store, for capture or for restore, and keeps on disk what it
// got. No key is kept: the step that needs one asks again (renew_grant), which gives the same lease. For one thread.

#include <string>

#include "programs/agent/step.h"
#include "programs/agent/step_variables.h"
#include "programs/site_client/state_store.h"

namespace rehome::agent {

struct RequestOptions {
  site_client::Purpose purpose = site_client::Purpose::capture;
  StepVariables variables;
  std::string network_access_token_file;  // used where the site does not take this computer's own certificate
  std::string root = "/";                 // whose state is estimated
};

/// Throws Error(not_found): no state migration point, or nothing for this computer; Error(no_space); Error(refused);
/// Error(busy). Nothing is kept then.
StepState request_state_store(const StepEnvironment& environment, const RequestOptions& options);

/// Asks again for the lease of `state`, with keys; where it had expired a new one takes its place in `state`.
site_client::StateStoreGrant renew_grant(const StepEnvironment& environment, StepState& state);

}  // namespace rehome::agent
