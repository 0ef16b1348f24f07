// SPDX-License-Identifier: Apache-2.0
#pragma once
// The volumes of a tree, with paths as the tree shows them. In: the mount table and open nodes. Any thread may call.

#include <vector>

#include "base/machine/file_tree.h"

namespace rehome::linux_files {

/// The volume of the root folder, as mounted at "/" even where that folder is no mount point, then every one beneath.
/// Throws Error.
std::vector<Volume> volumes_beneath(int root);

/// The volume on which the open node `fd` lies; mounted nowhere if it is a subvolume. Throws Error.
Volume volume_of(int root, int fd);

}  // namespace rehome::linux_files
