// SPDX-License-Identifier: Apache-2.0
#pragma once
// Guards row S4: where a system is replaced in place, its state must not be restored before the new system runs. The
// capture leaves a mark of the system that was captured in the agent's folder, which is in the protected folder of a
// refresh; the restore looks whether that system is still the one. For one thread.

#include <string>

#include "programs/agent/agent_folder.h"

namespace rehome::agent {

/// An id that no two installed systems share and that stays as long as one is installed. `root`: of that system.
std::string id_of_system(const std::string& root);

/// `root`: of the captured system.
void mark_old_system(AgentFolder& folder, const std::string& root);
/// Throws Error(refused) where the system at `root` is the one that was marked.
void refuse_old_system(AgentFolder& folder, const std::string& root);
void forget_old_system(AgentFolder& folder);

}  // namespace rehome::agent
