// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/inspection.h"

#include <algorithm>
#include <set>

#include "base/boot/wipe.h"
#include "base/core/error.h"
#include "base/machine/existing_node.h"
#include "base/machine/linux/sessions.h"
#include "programs/agent/old_system.h"
#include "programs/command/host.h"
#include "programs/command/reporter.h"
#include "programs/migration/rule_loading.h"
#include "programs/migration/source.h"
#include "programs/volume/internal/comparison.h"
#include "programs/volume/internal/homes.h"

namespace rehome::volume {

namespace {

using sequence::ProtectedFolder;

ProtectedFolder look_at_protected_folder(Machine& machine, const WipedVolume& volume) {
  ProtectedFolder folder{.path = volume.protected_path()};
  const std::unique_ptr<Folder> top = machine.files().open("/");
  const std::optional<NodeInfo> node = existing_node(*top, volume.protected_name);
  if (!node) return folder;
  const NodeInfo& info = *node;
  folder.kind = info.kind == NodeKind::folder    ? ProtectedFolder::Kind::folder
                : info.kind == NodeKind::symlink ? ProtectedFolder::Kind::link
                                                 : ProtectedFolder::Kind::other;
  folder.is_mount = info.device != volume.device || info.mount != top->inspect_self().mount;
  folder.uid = info.metadata.uid;
  folder.gid = info.metadata.gid;
  folder.mode = info.metadata.mode;
  folder.is_wipe_begun = folder.kind == ProtectedFolder::Kind::folder &&
                         existing_node(*top->open_folder(volume.protected_name), boot::kWipedFolder);
  return folder;
}

bool has_home_on(const WipedVolume& volume, const CapturedAccount& account, FileTree& files) {
  try {
    return files.open(account.canonical_home)->inspect_self().device == volume.device;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return false;
  }
}

/// As the capture saw it. Where no home is on the volume, only what is the system's can be there.
cli::Source source_of(const WipedVolume& volume, const cli::CaptureEvidence& captured, cli::Context& quiet) {
  cli::Source source;
  source.options.root = volume.folder;
  source.options.keep_caches = captured.rules->keeps_tagged_caches;
  for (const CaptureRules::File& file : captured.rules->files) {
    source.rule_files.push_back({.name = file.name, .text = file.text});
  }
  source.parsed = cli::parse_rules(source.rule_files, quiet);
  source.machine = cli::open_machine(volume.folder);
  const std::vector<Volume> volumes = source.machine->files().volumes();
  for (const MachinePath& path : captured.rules->also_volumes) {
    if (std::ranges::find(volumes, path, &Volume::mounted_at) == volumes.end()) continue;
    source.options.also_volumes.push_back(path);
  }
  const bool has_homes = std::ranges::any_of(captured.accounts, [&](const CapturedAccount& account) {
    return has_home_on(volume, account, source.machine->files());
  });
  if (has_homes) source.accounts = captured.accounts;
  cli::compile_rules(source, quiet, [&](const Account& account) {
    return std::ranges::find(captured.accounts, account.name,
                             [](const CapturedAccount& each) -> const std::string& { return each.account.name; })
        ->number;
  });
  return source;
}

void compare(const cli::Source& source, const WipedVolume& volume, const cli::CaptureEvidence& captured,
             sequence::WipeFacts& facts, cli::Context& context) {
  NodeIdentity safe;
  if (facts.protected_folder.kind == ProtectedFolder::Kind::folder) {
    safe = source.machine->files().open("/" + volume.protected_name)->inspect_self().identity();
  }
  std::set<std::string> known;
  for (const cli::CaptureError& error : captured.errors) known.insert(error.path);
  for (const CapturedAccount& account : captured.accounts) {  // elsewhere, and in the other root nowhere
    if (!has_home_on(volume, account, source.machine->files())) known.insert(account.canonical_home);
  }
  const scan::ScanJob job = cli::scan_job(source);
  Progress progress;
  const cli::Reporter reporter(context, progress, "comparing", source.names());
  Comparison result = compare_with_capture({.scan = job,
                                            .captured = captured.objects,
                                            .device = volume.device,
                                            .protected_folder = safe,
                                            .known_errors = std::move(known)},
                                           progress);
  facts.changes = std::move(result.changes);
  facts.change_count = result.change_count;
  if (facts.store.place == sequence::StorePlace::other_volume) facts.store.links_outside = result.linked;
}

/// Of accounts that have a home to change; root and services come and go.
std::vector<std::string> sessions_of_users(const std::vector<sequence::AccountFact>& accounts) {
  std::vector<std::string> names;
  for (const std::string& name : open_sessions()) {
    if (std::ranges::find(accounts, name, &sequence::AccountFact::name) != accounts.end()) names.push_back(name);
  }
  return names;
}

}  // namespace

void inspect_volume(const WipedVolume& volume, const cli::CaptureEvidence& captured, sequence::WipeFacts& facts,
                    cli::Context& context) {
  cli::Context quiet{.surroundings = context.surroundings, .options = {.json = false, .quiet = true}, .action = {}};
  const std::unique_ptr<Machine> machine = cli::open_machine(volume.folder);
  facts.folder = volume.folder;
  facts.protected_folder = look_at_protected_folder(*machine, volume);
  for (const CapturedAccount& account : captured.accounts) {
    facts.captured.push_back(
        {.name = account.account.name, .uid = account.account.uid, .home = account.canonical_home});
  }
  facts.accounts = accounts_of(*machine);
  if (volume.folder != "/") facts.mounts = mounts_below(volume);
  std::optional<cli::Source> source;
  if (captured.rules) source = source_of(volume, captured, quiet);
  const auto is_listed = [&](const MachinePath& path) {
    return source && captured.objects.find(source->locations->locate(path)) != nullptr;
  };
  facts.homes = homes_of({.machine = *machine, .root = volume.folder, .device = volume.device, .is_listed = is_listed});
  if (source) compare(*source, volume, captured, facts, context);
  if (volume.folder == "/") facts.sessions = sessions_of_users(facts.accounts);
}

bool is_of_running_system(const WipedVolume& volume) {
  return cli::open_machine("/")->files().open("/")->inspect_self().device == volume.device;
}

std::string system_on(const WipedVolume& volume) { return agent::id_of_system(volume.folder); }

}  // namespace rehome::volume
