// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/old_system.h"

#include <fmt/format.h>

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "base/machine/existing_node.h"
#include "programs/command/host.h"

namespace rehome::agent {

namespace {

constexpr const char* kFileName = "old-system";

}  // namespace

/// Of a file that is written once at installation. Its inode and ctime are in it, because images are copied with their
/// machine ids.
std::string id_of_system(const std::string& root) {
  const std::unique_ptr<Machine> machine = cli::open_machine(root);
  const std::unique_ptr<Folder> etc = machine->files().open("/etc");
  for (const char* name : {"machine-id", "os-release", "passwd"}) {
    const std::optional<NodeInfo> info = existing_node(*etc, name);
    if (!info) continue;
    const Timestamp changed = info->metadata.changed;
    return to_hex(
        sha256(as_bytes(fmt::format("{} {} {}.{:09}", name, info->inode, changed.seconds, changed.nanoseconds))));
  }
  throw Error(ErrorCode::not_found, "there is no system at " + root + ": it has no /etc/passwd");
}

void mark_old_system(AgentFolder& folder, const std::string& root) { folder.write(kFileName, id_of_system(root)); }

void refuse_old_system(AgentFolder& folder, const std::string& root) {
  const std::optional<std::string> mark = folder.read(kFileName);
  if (!mark || *mark != id_of_system(root)) return;
  throw Error(ErrorCode::refused,
              "the system that was captured is still the one that runs here; restore when the new system has taken its "
              "place");
}

void forget_old_system(AgentFolder& folder) { folder.remove(kFileName); }

}  // namespace rehome::agent
