// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/agent_folder.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::agent {

AgentFolder AgentFolder::open(const std::string& path) {
  try {
    return AgentFolder(PrivateFolder::open(path));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    throw Error(ErrorCode::not_found,
                fmt::format("there is no agent's folder at {}: enrol this computer with `rehome agent enrol`, or name "
                            "the folder with --state",
                            printable(cli::absolute_path(path))));
  }
}

AgentFolder AgentFolder::open_or_make(const std::string& path) {
  return AgentFolder(PrivateFolder::open_or_make(path));
}

std::unique_ptr<FolderLock> AgentFolder::lock() {
  std::unique_ptr<FolderLock> held = try_lock();
  if (held == nullptr) {
    throw Error(ErrorCode::busy,
                fmt::format("another step works with {}: wait for it, or end it first", printable(path())));
  }
  return held;
}

std::unique_ptr<FolderLock> AgentFolder::lock_as_agent() {
  std::unique_ptr<FolderLock> held = PrivateFolder::try_lock("agent-lock");
  if (held == nullptr) {
    throw Error(ErrorCode::busy, fmt::format("another agent works with {}: one is enough", printable(path())));
  }
  return held;
}

}  // namespace rehome::agent
