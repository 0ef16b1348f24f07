// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an agent knows of the sequences that were deployed to it, on disk in its folder: which it has accepted ever, so
// that none runs twice, and the one that is under way or whose end the site does not know yet. For one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "programs/agent/agent_folder.h"

namespace rehome::agent {

struct AcceptedDeployment {
  std::string id = {};
  std::int64_t until = 0;
};

struct CurrentDeployment {
  std::string id = {};
  std::string end = {};  // "succeeded", "failed" or "cancelled"; empty: it is under way
  std::string step = {}, message = {};
  bool is_cancelled = false;     // by the site; it ends, or has ended, because of that
  int starts = 0;                // of its program, without a step that was done in between
  std::size_t steps_done = 0;    // when its program was started last
  std::uint64_t sent_bytes = 0;  // of what its program said
};

struct DeploymentRecord {
  std::vector<AcceptedDeployment> accepted = {};  // the newest last
  std::optional<CurrentDeployment> current = {};
};

DeploymentRecord load_deployments(AgentFolder& folder);
void save_deployments(AgentFolder& folder, const DeploymentRecord& record);

bool was_accepted(const DeploymentRecord& record, const std::string& id);
/// Adds it. Of very many it forgets those whose time is over, the oldest first: who does not set the clock back cannot
/// have them run again. Throws Error(limit_exceeded) where none can be forgotten.
void accept(DeploymentRecord& record, const AcceptedDeployment& deployment, std::int64_t now);

/// Of that deployment's sequence, in the folder of sequences, made where it is missing.
AgentFolder open_deployment_folder(const std::string& sequences, const std::string& id);
/// Removes those of old deployments; the newest stay, for people who look for their logs.
void tidy_deployment_folders(const std::string& sequences, const DeploymentRecord& record);

}  // namespace rehome::agent
