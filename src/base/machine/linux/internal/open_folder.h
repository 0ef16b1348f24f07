// SPDX-License-Identifier: Apache-2.0
#pragma once
// An open folder of a Linux tree: what reading and writing folders have in common. Every call is relative to its
// descriptor and follows no link. Any thread may call.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/locked.h"
#include "base/core/platform/fd.h"
#include "base/machine/file_tree.h"
#include "base/machine/linux/internal/name.h"
#include "base/machine/linux/internal/tree_root.h"

namespace rehome::linux_files {

/// What opening a folder gives.
struct FolderHandle {
  std::shared_ptr<const TreeRoot> root;
  std::shared_ptr<const platform::UniqueFd> fd;  // shared with the new files of the folder
  MachinePath path;                              // for messages
};

/// Throws Error.
FolderHandle open_folder_at(const std::shared_ptr<const TreeRoot>& root, const MachinePath& path);

class OpenFolder {
 public:
  explicit OpenFolder(FolderHandle handle) : handle_(std::move(handle)) {}

  std::vector<DirectoryEntry> list();
  NodeInfo inspect(std::string_view name) const;
  NodeInfo inspect_self() const;
  void read_attributes(std::string_view name, Metadata& metadata) const;
  void read_own_attributes(Metadata& metadata) const;
  FolderHandle open_folder(std::string_view name) const;
  std::unique_ptr<ReadableFile> open_file(std::string_view name) const;
  std::string read_link(std::string_view name) const;
  Volume volume() const;

  int fd() const { return handle_.fd->get(); }
  const FolderHandle& handle() const { return handle_; }
  MachinePath path_of(const Name& name) const { return join(handle_.path, name.text()); }

 private:
  FolderHandle handle_;
  Locked<int> listing_fd_{handle_.fd->get()};  // its position belongs to one listing at a time
};

}  // namespace rehome::linux_files
