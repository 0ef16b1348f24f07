// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/evidence.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/agent_folder.h"
#include "programs/agent/step_state.h"
#include "programs/command/host.h"
#include "programs/migration/store_access.h"

namespace rehome::volume {

namespace {

using sequence::KeyFilePlace;
using sequence::StorePlace;

/// Of a store that has no passphrase and no recovery key, the file is all that opens it.
void note_key_file(const StoreOptions& options, const store::VaultInfo& info, const WipedVolume& volume, FileTree& host,
                   sequence::StoreFacts& store) {
  const bool opens = std::ranges::find(info.slots, "key file", &store::KeySlotInfo::type) != info.slots.end();
  if (options.keys.key_file.empty() || !opens) return;
  store.key_file_path = cli::absolute_path(options.keys.key_file);
  store.key_file = survives(host, volume, store.key_file_path) ? KeyFilePlace::safe : KeyFilePlace::wiped;
}

}  // namespace

Evidence look_into_folder(const StoreOptions& options, const WipedVolume& volume, cli::Context& context) {
  Evidence evidence;
  evidence.store.path = cli::absolute_path(options.store);
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  try {
    evidence.store.place = place_of(host->files(), volume, evidence.store.path);
    const cli::OpenStore open = cli::open_store(options.store, options.keys, context.surroundings);
    note_key_file(options, open.vault->info(), volume, host->files(), evidence.store);
    evidence.captured = look_into_store(*open.vault, options.capture, evidence.store, context);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    evidence.store.problem = error.what();
  }
  return evidence;
}

std::string problem_of_closed_store(const std::string& path, const std::string& vault) {
  try {
    const std::optional<store::VaultInfo> info = cli::peek_store(path);
    if (info && info->vault_id == vault) return {};
    return info ? "it is another store than the one that was checked" : "there is no store any more";
  } catch (const Error& error) {
    return error.what();
  }
}

Evidence gather_evidence(const StoreOptions& options, const WipedVolume& volume, cli::Context& context) {
  if (!options.store.empty()) return look_into_folder(options, volume, context);
  agent::AgentFolder folder = agent::AgentFolder::open(options.state);
  const std::optional<agent::StepState> state = agent::load_step_state(folder);
  if (!state || state->outcome != agent::StepOutcome::captured) {
    throw Error(ErrorCode::not_found,
                "the agent's steps have captured nothing of this computer; capture first, or name the store with --store");
  }
  if (state->is_on_smp()) {
    throw Error(ErrorCode::unsupported, "stores at a site cannot be checked yet");
  }
  StoreOptions local = options;
  local.store = state->store_path;
  local.capture = state->capture;
  return look_into_folder(local, volume, context);
}

}  // namespace rehome::volume
