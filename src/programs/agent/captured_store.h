// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the steps captured last, kept in the agent's folder beyond the release of the state store, for whoever removes
// the old system. Of a store at a site also what its catalog holds: nobody here can read that any more once the lease
// is released. For one thread.

#include <optional>
#include <string>

#include "programs/agent/agent_folder.h"
#include "programs/agent/step.h"
#include "programs/migration/capture_evidence.h"

namespace rehome::agent {

struct CapturedStore {
  std::string store_path;  // a folder of this computer, or the address of the vault
  std::string capture;
  bool is_at_site = false;
  std::string released;           // what the site said the store was when it was released; empty: it was not yet
  cli::CaptureEvidence evidence;  // at a site only

  /// Whether the site has it for a restore: it found that nothing is missing.
  bool is_available() const { return released == "captured" || released == "restoring"; }
};

/// nullopt where nothing was captured since it was forgotten. Throws Error(refused), Error(corrupt) for files that are
/// not as they were written.
std::optional<CapturedStore> load_captured_store(AgentFolder& folder);
void save_captured_store(AgentFolder& folder, const CapturedStore& captured);
/// Asks the site whether it still has the capture for a restore; what it says takes the place of what it said at the
/// release. Without a certificate of its own a computer cannot ask. Throws Error where the site does not answer.
void ask_site(const StepEnvironment& environment, CapturedStore& captured);
/// Does nothing where there is none.
void note_release(AgentFolder& folder, const std::string& state);
void forget_captured_store(AgentFolder& folder);

}  // namespace rehome::agent
