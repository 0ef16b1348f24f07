// SPDX-License-Identifier: Apache-2.0
#pragma once
// The root folder of a tree and the way from a path to a place beneath it. In: paths, of any length, with links in
// them. Out: a place that no link led out of the root, whatever it says and whoever changes it meanwhile: every step
// opens one name in a folder that is held, follows no link itself, and ".." goes back to the root and down again.
// Any thread may call.

#include <string>

#include "base/core/platform/fd.h"
#include "base/machine/file_tree.h"

namespace rehome::linux_files {

class TreeRoot {
 public:
  /// Throws Error(not_found).
  explicit TreeRoot(const std::string& path);

  struct Place {
    platform::UniqueFd folder;  // O_PATH
    MachinePath path;           // without links
  };
  /// The folder at `path`. Throws Error; what is no folder is not_found.
  Place find_folder(const MachinePath& path) const;

  /// As FileTree::canonical.
  MachinePath canonical(const MachinePath& path) const;

  /// O_PATH.
  int fd() const { return fd_.get(); }

 private:
  platform::UniqueFd fd_;
};

}  // namespace rehome::linux_files
