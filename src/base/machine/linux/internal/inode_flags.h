// SPDX-License-Identifier: Apache-2.0
#pragma once
// The flags of an inode that chattr shows: immutable, append-only, no copy on write and the like. Only files and
// folders that are open for real have them; for others reading gives none.

#include <cstdint>

#include "base/machine/file_tree.h"
#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

/// Flags that forbid a file to get a name or a link: they are set last of all.
extern const std::uint32_t kGuardingFlags;

/// Of the flags that a user may set; what the volume keeps for itself (extents, encryption) is left out. Throws Error.
std::uint32_t read_flags(const NodeRef& node);
/// Gives the node `wanted` of these flags and no others, as far as the volume takes them, and says in `losses` which it
/// did not take. Throws Error.
void write_flags(const NodeRef& node, std::uint32_t wanted, MetadataLosses& losses);

}  // namespace rehome::linux_files
