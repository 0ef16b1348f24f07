// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the fake machine's volumes are made of. Nodes are owned by the names they have and by what has them open.
// Everything here is touched under the lock of the tree only, but for the counters of used space.

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/machine/file_tree.h"
#include "base/machine/memory/internal/content.h"
#include "base/machine/memory/volume_options.h"

namespace rehome::memory {

struct Node;

struct VolumeState {
  Volume volume;
  VolumeOptions options;
  std::uint64_t next_inode = 2;
  std::atomic<std::uint64_t> used_bytes{0};
  std::atomic<std::uint64_t> used_inodes{0};
  std::map<std::uint64_t, std::weak_ptr<Node>> nodes;  // by inode, for sync_volume() and crash()
};

struct Name {
  std::string name;  // as it was given; the key in Names is folded where case does not count
  std::shared_ptr<Node> node;
};
using Names = std::map<std::string, Name, std::less<>>;

/// What a power cut leaves of a node.
struct DurablePart {
  Metadata metadata;
  Content content;
  Names names;
};

struct Node {
  Node(std::shared_ptr<VolumeState> on, NodeKind kind);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  bool is_folder() const { return info.kind == NodeKind::folder; }
  /// As lstat: without flags and attributes.
  NodeInfo inspect() const;

  std::shared_ptr<VolumeState> volume;
  NodeInfo info;  // its size and allocation are those of `content` and `link_target`
  Content content;
  std::string link_target;
  Names names;
  std::optional<DurablePart> durable;  // only while unsynced changes can be lost
  std::uint64_t lock_holder = 0;       // 0: nobody
};

}  // namespace rehome::memory
