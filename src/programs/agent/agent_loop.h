// SPDX-License-Identifier: Apache-2.0
#pragma once
// `agent run`: asks the site for work again and again, does it one by one, and tells how it goes. Survives a site that
// is away; ends at the user's or system's wish between two polls, and inside a step or sequence at a point from which
// it goes on. For one thread.

#include "programs/agent/step.h"

namespace rehome::agent {

/// `once`: asks and works once, and throws what keeps it from asking.
void run_agent(const StepEnvironment& environment, bool once);

}  // namespace rehome::agent
