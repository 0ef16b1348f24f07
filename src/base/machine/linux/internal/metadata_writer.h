// SPDX-License-Identifier: Apache-2.0
#pragma once
// Puts captured metadata on an open node. In: what is wanted. Out: the node as wanted, and in words what could not be
// kept. Only what differs is written: most nodes need two or three system calls.

#include "base/machine/file_tree.h"
#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

/// Owner, then mode, attributes, times: a change of owner takes setuid bits and capabilities away, an ACL changes
/// the group's bits of the mode. Throws Error for what is no refusal of a single item.
MetadataLosses write_metadata_but_flags(const NodeRef& node, const Metadata& wanted);

/// The same, then flags. No flag is taken away where none is wanted: a new node has those of its folder.
MetadataLosses write_metadata(const NodeRef& node, const Metadata& wanted);

}  // namespace rehome::linux_files
