// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/node.h"

#include <utility>

namespace rehome::memory {

Node::Node(std::shared_ptr<VolumeState> on, NodeKind kind) : volume(std::move(on)) {
  info.kind = kind;
  info.device = volume->volume.device;
  info.inode = volume->next_inode++;
  // As on ext4, a folder counts its own "." too: code that takes a link count above one for a hard link would show.
  info.link_count = kind == NodeKind::folder ? 2 : 0;
  ++volume->used_inodes;
}

Node::~Node() {
  volume->used_bytes -= content.allocated();
  --volume->used_inodes;
}

NodeInfo Node::inspect() const {
  NodeInfo seen = info;
  seen.metadata.flags = 0;
  seen.metadata.attributes.clear();
  seen.size = info.kind == NodeKind::symlink ? link_target.size() : content.size();
  seen.allocated = content.allocated();
  return seen;
}

}  // namespace rehome::memory
