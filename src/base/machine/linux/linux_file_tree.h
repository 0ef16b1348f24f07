// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of a Linux computer: the running system ("/") or the root folder of another one. In: system calls, always
// relative to an open folder. Out: FileTree. Nothing leads out of the root, whatever links lie beneath it.
// Called by whoever builds a machine; any thread.

#include <memory>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome {

/// `root` is a folder of the running system; the paths of the tree begin there. Folders and files taken from the tree
/// may outlive it. Throws Error(not_found).
std::unique_ptr<FileTree> open_linux_file_tree(const std::string& root);

}  // namespace rehome
