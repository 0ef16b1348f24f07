// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the program keeps what outlives its process: an agent's identity, how far a step or a task sequence is. The
// folder is root's alone (mode 0700) and checked each time before it is believed: whoever could write there would
// decide what root does. Files land as temporary + sync + rename. For one thread.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/machine.h"

namespace rehome::cli {

class PrivateFolder {
 public:
  /// Throws Error(not_found), and Error(refused) where the folder may be used by others.
  static PrivateFolder open(const std::string& path);
  /// Makes it, and the folders above it, where they are missing.
  static PrivateFolder open_or_make(const std::string& path);

  /// nullopt where there is no such file. Throws Error(refused) for one that others may read or write, and
  /// Error(limit_exceeded) above `most` bytes.
  std::optional<std::string> read(std::string_view name, std::size_t most = std::size_t{4} << 20);
  /// A part of it from that byte on, at most `most`; empty where there is none.
  std::string read_part(std::string_view name, std::uint64_t offset, std::size_t most);
  void write(std::string_view name, std::string_view content);
  /// Does nothing where there is none.
  void remove(std::string_view name);
  /// Of its files, sorted.
  std::vector<std::string> names();

  /// Held until it is gone, also by the death of the process; null while another process holds it.
  std::unique_ptr<FolderLock> try_lock(std::string_view name);
  const MachinePath& path() const { return path_; }

 private:
  PrivateFolder(std::unique_ptr<Machine> host, std::unique_ptr<WritableFolder> folder, MachinePath path)
      : host_(std::move(host)), folder_(std::move(folder)), path_(std::move(path)) {}

  std::unique_ptr<Machine> host_;
  std::unique_ptr<WritableFolder> folder_;
  MachinePath path_;
};

}  // namespace rehome::cli
