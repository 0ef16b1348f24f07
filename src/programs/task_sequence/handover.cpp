// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/handover.h"

#include <algorithm>
#include <vector>

#include "base/boot/initramfs.h"
#include "base/boot/other_root.h"
#include "base/boot/program_copy.h"
#include "base/boot/start_unit.h"
#include "base/core/error.h"

namespace rehome::task_sequence {

namespace {

constexpr const char* kUnit = "rehome-sequence";
constexpr const char* kAgentFolder = "/var/lib/rehome/agent";
constexpr const char* kIdentity = "identity.json";
constexpr std::size_t kLargestFile = std::size_t{4} << 30;  // of the list of captured objects

/// What an agent has to know after the removal of its system: who it is, what it may do, how far its steps are, which
/// system was captured.
std::vector<std::string> agent_files(cli::PrivateFolder& folder) {
  std::vector<std::string> names = folder.names();
  std::erase_if(names, [](const std::string& name) { return name.ends_with("lock") || name.starts_with("agent.log"); });
  return names;
}

std::optional<cli::PrivateFolder> open_if_there(const std::string& path) {
  try {
    return cli::PrivateFolder::open(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

void copy_files(cli::PrivateFolder& from, cli::PrivateFolder& to, const std::string& but = {}) {
  for (const std::string& name : agent_files(from)) {
    if (name == but) continue;
    if (const std::optional<std::string> content = from.read(name, kLargestFile)) to.write(name, *content);
  }
}

/// Once: what steps wrote into the copy since is newer than what the system has.
void bring_agent_along(ProtectedFolder& folder) {
  std::optional<cli::PrivateFolder> here = open_if_there(kAgentFolder);
  if (!here || folder.holds_agent()) return;
  cli::PrivateFolder there = cli::PrivateFolder::open_or_make(folder.agent());
  copy_files(*here, there);
  folder.note_agent();
}

}  // namespace

std::string installed_path(const std::string& path, bool is_of_other_root) {
  const std::string target = boot::kTargetFolder;
  return is_of_other_root && path.starts_with(target + "/") ? path.substr(target.size()) : path;
}

std::string protected_name(const ProtectedFolder& folder) {
  const std::string installed = installed_path(folder.path(), boot::is_in_other_root());
  return installed.substr(1, installed.find('/', 1) - 1);
}

void carry_on_after_start(const std::string& root, ProtectedFolder& folder) {
  boot::copy_program(folder.program());
  const std::string installed = installed_path(folder.path(), boot::is_in_other_root());
  boot::install_start_unit(root, {.name = kUnit,
                                  .description = "Task sequence of Rehome",
                                  .words = {installed + "/program/run", "sequence", "resume", "--folder", installed},
                                  .only_if_exists = installed + "/state.json"});
}

void stop_carrying_on(const std::string& root) { boot::remove_start_unit(root, kUnit); }

void prepare_other_root(ProtectedFolder& folder, bool makes_initramfs) {
  carry_on_after_start("/", folder);  // where the other root does not start, this system does
  bring_agent_along(folder);
  if (!makes_initramfs) return;
  boot::keep_running_kernel(folder.kernel());
  const std::string target = boot::kTargetFolder + folder.path();
  boot::make_initramfs({.folder = folder.path(),
                        .command = {"/rehome/rehome", "sequence", "resume", "--folder", target},
                        .log = folder.path().substr(1) + "/other-root.log",
                        .modules = {}},
                       folder.initramfs());
}

std::string agent_folder(ProtectedFolder& folder) {
  return folder.holds_agent() ? folder.agent() : std::string(kAgentFolder);
}

void settle_agent_folder(ProtectedFolder& folder) {
  if (!folder.holds_agent()) return;
  cli::PrivateFolder brought = cli::PrivateFolder::open(folder.agent());
  cli::PrivateFolder here = cli::PrivateFolder::open_or_make(kAgentFolder);
  copy_files(brought, here, here.read(kIdentity) ? kIdentity : "");
  folder.forget_agent();
  for (const std::string& name : agent_files(brought)) brought.remove(name);
}

}  // namespace rehome::task_sequence
