// SPDX-License-Identifier: Apache-2.0
// What a power cut leaves: the parts of TreeState that remember what was synced.
#include <random>
#include <set>

#include "base/machine/memory/internal/tree_state.h"

namespace rehome::memory {

namespace {

void for_each_node(VolumeState& volume, const auto& action) {
  std::erase_if(volume.nodes, [](const auto& entry) { return entry.second.expired(); });
  for (const auto& [inode, weak] : volume.nodes) {
    if (const auto node = weak.lock()) action(*node);
  }
}

void remember(Node& node) { node.durable = DurablePart{node.info.metadata, node.content, node.names}; }

/// The durable names, and of each name that was added, removed or replaced since, what `survives` decides.
Names names_after_cut(const Node& node, const DurablePart& durable, const auto& survives) {
  Names left = durable.names;
  std::set<std::string> keys;
  for (const auto& [key, name] : node.names) keys.insert(key);
  for (const auto& [key, name] : left) keys.insert(key);
  for (const std::string& key : keys) {
    const auto now = node.names.find(key);
    const auto then = left.find(key);
    const bool same = now != node.names.end() && then != left.end() && now->second.node == then->second.node;
    if (same || !survives()) continue;
    if (now == node.names.end()) {
      left.erase(key);
    } else {
      left[key] = now->second;
    }
  }
  return left;
}

}  // namespace

void TreeState::lose_unsynced() {
  loses_unsynced_ = true;
  for (const auto& volume : volumes_) for_each_node(*volume, remember);
}

void TreeState::sync(Node& node) {
  if (loses_unsynced_) remember(node);
}

void TreeState::sync_volume(VolumeState& volume) {
  if (loses_unsynced_) for_each_node(volume, remember);
}

void TreeState::persist(Node& folder, std::string_view name) {
  if (!folder.durable) return;
  Names& durable = folder.durable->names;
  const auto found = folder.names.find(key(name));
  if (found == folder.names.end()) {
    durable.erase(key(name));
    return;
  }
  remember(*found->second.node);
  durable[key(name)] = found->second;
}

void TreeState::crash(std::optional<std::uint64_t> luck) {
  std::mt19937_64 random(luck.value_or(0));
  const auto survives = [&] { return luck && (random() & 1) != 0; };
  for (const auto& volume : volumes_) {
    for_each_node(*volume, [&](Node& node) {
      node.lock_holder = 0;
      if (!node.durable) return;
      if (!survives()) {
        replace_content(node, node.durable->content);
        node.info.metadata = node.durable->metadata;
      }
      node.names = names_after_cut(node, *node.durable, survives);
    });
  }
  recount_links();
  for (const auto& volume : volumes_) {
    if (loses_unsynced_) for_each_node(*volume, remember);
  }
}

void TreeState::replace_content(Node& node, const Content& content) {
  node.volume->used_bytes -= node.content.allocated();
  node.content = content;
  node.volume->used_bytes += node.content.allocated();
}

void TreeState::recount_links() {
  for (const auto& volume : volumes_) {
    for_each_node(*volume, [](Node& node) {
      if (!node.is_folder()) node.info.link_count = 0;
    });
  }
  for (const auto& volume : volumes_) {
    for_each_node(*volume, [](Node& node) {
      for (const auto& [key, name] : node.names) {
        if (!name.node->is_folder()) ++name.node->info.link_count;
      }
    });
  }
}

}  // namespace rehome::memory
