// SPDX-License-Identifier: Apache-2.0
#pragma once
// The step Release State Store: tells the site how the capture or restore ended, by what the step before left on disk,
// and forgets the store. For one thread.

#include <string>

#include "programs/agent/step.h"

namespace rehome::agent {

/// "captured", "restored", "failed", or "abandoned" for a capture that is not done.
std::string release_outcome(const StepState& state);

/// The state of the store at the site, or "local" for one that no site knows of. Throws Error(not_found) where there is
/// nothing to release, or where the lease has ended: that is forgotten then.
std::string release_state_store(const StepEnvironment& environment);

}  // namespace rehome::agent
