// SPDX-License-Identifier: Apache-2.0
#pragma once
// The agent's own private folder: identity, local policy, the state of its steps, its log. For one thread; one agent
// and one step at a time work in it, each with a lock of its own: what an agent starts runs steps beside it.

#include <memory>
#include <string>

#include "programs/command/private_folder.h"

namespace rehome::agent {

constexpr const char* kDefaultFolder = "/var/lib/rehome/agent";

class AgentFolder : public cli::PrivateFolder {
 public:
  /// Throws Error(not_found) with the remedy, and Error(refused) where the folder may be used by others.
  static AgentFolder open(const std::string& path);
  /// Makes it, and the folders above it, where they are missing.
  static AgentFolder open_or_make(const std::string& path);

  /// To be held while a step runs, until it is gone, also by the death of the process. Throws Error(busy) while another
  /// step works.
  std::unique_ptr<FolderLock> lock();
  /// Null instead.
  std::unique_ptr<FolderLock> try_lock() { return PrivateFolder::try_lock("lock"); }
  /// To be held by the agent as long as it runs. Throws Error(busy) while another does.
  std::unique_ptr<FolderLock> lock_as_agent();

 private:
  explicit AgentFolder(PrivateFolder folder) : PrivateFolder(std::move(folder)) {}
};

}  // namespace rehome::agent
