// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/internal/node.h"

#include <utility>
#include <vector>

namespace rehome::memory {

namespace {

void give_away_names(Node& node, std::vector<std::shared_ptr<Node>>& to) {
  for (Names* names : {&node.names, node.durable ? &node.durable->names : nullptr}) {
    if (names == nullptr) continue;
    for (auto& [key, name] : *names) to.push_back(std::move(name.node));
    names->clear();
  }
}

}  // namespace

Node::Node(std::shared_ptr<VolumeState> on, NodeKind kind) : volume(std::move(on)) {
  info.kind = kind;
  info.device = volume->volume.device;
  info.inode = volume->next_inode++;
  // As on ext4, a folder counts its own "." too: code that takes a link count above one for a hard link would show.
  info.link_count = kind == NodeKind::folder ? 2 : 0;
  ++volume->used_inodes;
}

Node::~Node() {
  // One by one: a deep tree would nest as many destructors.
  std::vector<std::shared_ptr<Node>> pending;
  give_away_names(*this, pending);
  while (!pending.empty()) {
    const std::shared_ptr<Node> last = std::move(pending.back());
    pending.pop_back();
    if (last.use_count() == 1) give_away_names(*last, pending);
  }
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
