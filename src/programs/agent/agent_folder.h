// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where an agent keeps what outlives its process: identity, local policy, the state of its steps, its log. The folder
// is root's alone (mode 0700) and checked each time before it is believed: whoever could write there would decide what
// root does. Files land as temporary + sync + rename. For one thread; one agent
// and one step at a time work in it, each with a lock of its own: what an agent starts runs steps beside it.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/machine/machine.h"

namespace rehome::agent {

constexpr const char* kDefaultFolder = "/var/lib/rehome/agent";

class AgentFolder {
 public:
  /// Throws Error(not_found), and Error(refused) where the folder may be used by others.
  static AgentFolder open(const std::string& path);
  /// Makes it, and the folders above it, where they are missing.
  static AgentFolder open_or_make(const std::string& path);

  /// nullopt where there is no such file. Throws Error(refused) for one that others may read or write.
  std::optional<std::string> read(std::string_view name);
  void write(std::string_view name, std::string_view content);
  /// Does nothing where there is none.
  void remove(std::string_view name);

  /// A part of it from that byte on, at most `most`; empty where there is none.
  std::string read_part(std::string_view name, std::uint64_t offset, std::size_t most);

  /// To be held while a step runs, until it is gone, also by the death of the process. Throws Error(busy) while another
  /// step works.
  std::unique_ptr<FolderLock> lock();
  /// Null instead.
  std::unique_ptr<FolderLock> try_lock();
  /// To be held by the agent as long as it runs. Throws Error(busy) while another does.
  std::unique_ptr<FolderLock> lock_as_agent();
  const MachinePath& path() const { return path_; }

 private:
  AgentFolder(std::unique_ptr<Machine> host, std::unique_ptr<WritableFolder> folder, MachinePath path)
      : host_(std::move(host)), folder_(std::move(folder)), path_(std::move(path)) {}

  std::unique_ptr<Machine> host_;
  std::unique_ptr<WritableFolder> folder_;
  MachinePath path_;
};

}  // namespace rehome::agent
