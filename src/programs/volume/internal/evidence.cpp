// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/evidence.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/captured_store.h"
#include "programs/command/host.h"
#include "programs/command/reporter.h"
#include "programs/migration/store_access.h"

namespace rehome::volume {

namespace {

using sequence::KeyFilePlace;
using sequence::StorePlace;

constexpr std::size_t kMostListedDamages = 100;

void add_damage(sequence::StoreFacts& store, std::string text) {
  ++store.damage_count;
  if (store.damages.size() < kMostListedDamages) store.damages.push_back(std::move(text));
}

/// What the capture says of itself.
void note_capture(const cli::CaptureEvidence& capture, sequence::StoreFacts& store) {
  store.encrypted = capture.encrypted;
  store.has_recovery_slot = capture.has_recovery_slot;
  store.has_passphrase_slot = capture.has_passphrase_slot;
  store.has_rules = capture.rules.has_value();
  for (const std::string& damage : capture.damages) add_damage(store, damage);
}

/// Of a store that has no passphrase and no recovery key, the file is all that opens it.
void note_key_file(const StoreOptions& options, const WipedVolume& volume, FileTree& host, Evidence& evidence) {
  if (options.keys.key_file.empty() || !evidence.capture.has_key_file_slot) return;
  evidence.store.key_file_path = cli::absolute_path(options.keys.key_file);
  const bool is_safe = survives(host, volume, evidence.store.key_file_path);
  evidence.store.key_file = is_safe ? KeyFilePlace::safe : KeyFilePlace::wiped;
}

void verify(store::Vault& vault, const std::string& capture, sequence::StoreFacts& store, cli::Context& context) {
  Progress progress;
  const cli::Reporter reporter(context, progress, "verifying", {});
  for (const store::Damage& damage : vault.verify(capture, false, progress).damages) {
    add_damage(store, damage.path.empty() ? damage.what : damage.path + " (" + damage.what + ")");
  }
  store.is_verified = true;
}

/// What lies at a site was verified when it arrived there, blob by blob, and what the site gave for the release says
/// that nothing is missing.
Evidence evidence_of_site(agent::CapturedStore captured, agent::AgentFolder& folder, cli::Context& context) {
  Evidence evidence{.store = {}, .capture = std::move(captured.evidence)};
  evidence.store.path = captured.store_path;
  evidence.store.place = StorePlace::site;
  evidence.store.is_verified = true;
  note_capture(evidence.capture, evidence.store);
  try {
    const agent::Settings settings = agent::load_settings(folder);
    agent::AgentLog log(folder, context.surroundings.clock, nullptr);
    agent::ask_site({.folder = folder, .settings = settings, .log = log, .context = context}, captured);
    evidence.store.is_available = captured.is_available();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::cancelled) throw;
    evidence.store.problem = error.what();
  }
  return evidence;
}

}  // namespace

Evidence look_into_folder(const StoreOptions& options, const WipedVolume& volume, cli::Context& context) {
  Evidence evidence;
  evidence.store.path = cli::absolute_path(options.store);
  const std::unique_ptr<Machine> host = cli::open_machine("/");
  try {
    evidence.store.place = place_of(host->files(), volume, evidence.store.path);
    const cli::OpenStore open = cli::open_store(options.store, options.keys, context.surroundings);
    evidence.capture = cli::read_evidence(*open.vault, options.capture);
    note_capture(evidence.capture, evidence.store);
    note_key_file(options, volume, host->files(), evidence);
    verify(*open.vault, evidence.capture.capture, evidence.store, context);
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
  std::optional<agent::CapturedStore> captured = agent::load_captured_store(folder);
  if (!captured) {
    throw Error(
        ErrorCode::not_found,
        "the agent's steps have captured nothing of this computer; capture first, or name the store with --store");
  }
  if (captured->is_at_site) return evidence_of_site(std::move(*captured), folder, context);
  StoreOptions local = options;
  local.store = captured->store_path;
  local.capture = captured->capture;
  return look_into_folder(local, volume, context);
}

}  // namespace rehome::volume
