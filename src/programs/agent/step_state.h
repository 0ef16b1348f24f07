// SPDX-License-Identifier: Apache-2.0
#pragma once
// How far the steps of this computer are: one file in the agent's folder, replaced whole, so that each step may be a
// process of its own, be killed, and be run again. No key is ever in it: who needs one asks the site again. For one
// thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/codec/json.h"
#include "programs/agent/agent_folder.h"
#include "programs/site_client/state_store.h"

namespace rehome::agent {

enum class StepOutcome {
  none,     // requested, nothing else
  working,  // begun and, if nobody works on it now, interrupted
  captured,
  restored,
  failed,
};
std::string_view name_of(StepOutcome outcome);

struct StepState {
  site_client::Purpose purpose = site_client::Purpose::capture;
  StepOutcome outcome = StepOutcome::none;

  std::string store_path;  // OSDStateStorePath: a folder of this computer, or the address of the vault
  // Empty for a local store:
  std::string lease, store, vault;
  bool in_place = false;
  std::uint64_t estimated_bytes = 0;
  std::string network_access_token_file;  // with which it was requested; empty: as this computer itself

  bool hard_links = false;  // the volume of the store must not be formatted
  std::string capture;
  std::vector<site_client::ReleasedAccount> accounts;
  std::uint64_t objects = 0, bytes = 0, errors = 0, losses = 0;
  std::string message;  // why it failed

  bool is_on_smp() const { return !lease.empty(); }
};

/// As on disk, and as --json prints it.
Json to_json(const StepState& state);

/// nullopt where no step was begun since the last release.
std::optional<StepState> load_step_state(AgentFolder& folder);
void save_step_state(AgentFolder& folder, const StepState& state);
void forget_step_state(AgentFolder& folder);

}  // namespace rehome::agent
