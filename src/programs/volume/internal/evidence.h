// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store that is to survive a wipe: found, opened, read and verified. In: what the command line says of it. Out:
// facts about it, and what was captured. Whatever is wrong with it is a fact. For one thread.

#include <string>

#include "programs/command/command.h"
#include "programs/migration/capture_evidence.h"
#include "programs/migration/key_options.h"
#include "programs/volume/internal/whereabouts.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

struct StoreOptions {
  std::string store;    // a folder; empty: as the agent's steps say
  std::string state;    // the agent's folder
  std::string capture;  // empty: the newest, or the one that the steps made
  cli::KeyOptions keys;
};

struct Evidence {
  sequence::StoreFacts store;
  cli::CaptureEvidence capture;
};

/// Throws Error(not_found) where the agent's steps captured nothing.
Evidence gather_evidence(const StoreOptions& options, const WipedVolume& volume, cli::Context& context);

/// A store in a folder of this computer.
Evidence look_into_folder(const StoreOptions& options, const WipedVolume& volume, cli::Context& context);

/// What can be told of an encrypted store without its key: whether the vault is still that one; empty where it is.
std::string problem_of_closed_store(const std::string& path, const std::string& vault);

}  // namespace rehome::volume
