// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which way the state of a step goes: to a state migration point or to a folder of this computer, never both and never
// one in place of the other (rows S7, S10, S16, C-T15). In: what was requested and what the step was told. Out: the
// route. For one thread.

#include <optional>
#include <string>

#include "programs/agent/step_state.h"
#include "programs/agent/step_variables.h"

namespace rehome::agent {

struct StoreRoute {
  std::string local;  // the folder of a local store, absolute; empty: the state migration point
  bool is_local() const { return !local.empty(); }
};

/// `before`: the step's state on disk. Throws Error(refused) for contradictions and Error(not_found) where nothing was
/// requested and no folder is named.
StoreRoute choose_route(const std::optional<StepState>& before, site_client::Purpose purpose,
                        const StepVariables& variables);

/// Throws Error(refused) for the root of a volume, where a store would lie among everything else and be lost with it.
void check_local_path(const std::string& path);

}  // namespace rehome::agent
