// SPDX-License-Identifier: Apache-2.0
#pragma once
// The volumes, names and nodes of a fake machine, and what a power cut leaves of them. One value under one lock
// (internal/tree.h); no method calls out, so none can be entered twice.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/clock.h"
#include "base/machine/machine.h"
#include "base/machine/memory/internal/node.h"

namespace rehome::memory {

struct Owner {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t mode = 0;
};

struct Place {
  std::shared_ptr<Node> node;
  MachinePath path;         // names as stored, no links
  std::uint64_t mount = 0;  // NodeInfo::mount of what is seen there
};

constexpr std::uint64_t kRootMount = 1;

class TreeState {
 public:
  TreeState(MachineFlavour flavour, const Clock& clock);

  MachineFlavour flavour() const { return flavour_; }
  std::vector<MachinePath> roots() const;
  std::vector<Volume> volumes() const;
  void add_drive(char letter);
  /// Covers the folder with the root of a new volume. Gives its device.
  std::uint64_t mount(const Place& folder, const VolumeOptions& options);
  /// Covers the folder with another folder that has a name elsewhere.
  void bind(const Place& from, const Place& folder);

  /// Follows links beneath the root; the last component too if `follow_last`.
  std::optional<Place> resolve(std::string_view path, bool follow_last) const;

  /// The child as lstat and open see it: the root of what is mounted there. Null where there is none.
  std::shared_ptr<Node> find(const Node& folder, std::string_view name) const;
  bool is_mount_point(const Node& folder, std::string_view name) const;
  /// The number of the mount through which a child is seen, in a folder that is seen through `mount`.
  std::uint64_t mount_of(const Node& folder, std::string_view name, std::uint64_t mount) const;
  std::shared_ptr<Node> make(const std::shared_ptr<VolumeState>& volume, NodeKind kind, Owner owner);
  /// Replaces the name if it is taken.
  void add_name(Node& folder, std::string_view name, const std::shared_ptr<Node>& node);
  void remove_name(Node& folder, std::string_view name);

  /// 0, or the errno that stands in the way.
  int write(Node& node, std::uint64_t offset, ByteView bytes);
  void set_size(Node& node, std::uint64_t size);
  MetadataLosses set_metadata(Node& node, const Metadata& metadata);

  /// From now on crash() drops what was not synced.
  void lose_unsynced();
  void sync(Node& node);
  void sync_volume(VolumeState& volume);
  /// Makes one name durable with its node, whatever else is not: for what tests do by whole paths.
  void persist(Node& folder, std::string_view name);
  void crash(std::optional<std::uint64_t> luck);

 private:
  struct Step {
    std::string name;
    std::shared_ptr<Node> node;
    std::uint64_t mount = 0;
  };
  struct Mount {
    std::shared_ptr<Node> top;
    std::uint64_t number = 0;  // 0: of the mount that it lies in, as that of a subvolume
  };

  std::string key(std::string_view name) const;
  std::optional<Step> step(const Step& from, std::string_view name) const;
  const Mount* mount_on(const Node& folder, std::string_view name) const;
  MachinePath path_of(const std::vector<Step>& steps) const;
  bool is_absolute(std::string_view path) const;
  std::shared_ptr<Node> add_volume(const VolumeOptions& options, MachinePath mounted_at);
  void replace_content(Node& node, const Content& content);
  void recount_links();

  MachineFlavour flavour_;
  const Clock& clock_;
  bool loses_unsynced_ = false;
  std::uint64_t next_device_ = 2049;
  std::uint64_t next_mount_ = kRootMount + 1;
  std::shared_ptr<Node> root_;  // "/", or on Windows the nameless folder that holds the drives
  std::vector<std::shared_ptr<VolumeState>> volumes_;
  std::map<std::shared_ptr<Node>, Mount> mounts_;  // by the folder that is covered
};

}  // namespace rehome::memory
