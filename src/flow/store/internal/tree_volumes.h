// SPDX-License-Identifier: Apache-2.0
#pragma once
// The trees that a capture writes into: STORE/Tree and, for a hard-link vault, one sister for each volume that holds
// captured files. What a volume is, is found out by linking: two mounts of one device are two. Any thread may call.

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/core/locked.h"
#include "flow/store/internal/tree_link.h"
#include "flow/store/internal/tree_volume.h"

namespace rehome::store {

class TreeVolumes {
 public:
  /// Makes STORE/Tree if it is missing. Throws Error(refused).
  explicit TreeVolumes(const TreePlace& place);

  TreeVolume& main() { return main_; }
  /// All trees there are, first those where a file of this device was linked before.
  std::vector<TreeVolume*> likely(std::uint64_t device);
  /// `tree` took a file of this device.
  void prefer(std::uint64_t device, TreeVolume* tree);
  /// One link of a file into a tree.
  using Take = std::function<LinkResult(TreeVolume&)>;
  /// Makes a sister on the file's volume and gives it to `take`, place after place, until one is of the same volume:
  /// gives what `take` says then. A sister stays even if this file refuses the link, for its neighbours need not.
  /// other_volume: no folder can be made on the volume; nothing was, and no other file of it is tried.
  LinkResult add_sister(const FileSource& source, const Take& take);

  /// Waits while a sister is being made, so that no walk comes across one that is not known yet.
  bool owns(const NodeInfo& folder) const;
  void sync();

 private:
  using VolumeKey = std::pair<std::uint64_t, MachinePath>;  // device and mount point
  struct State {
    std::vector<std::unique_ptr<TreeVolume>> sisters;
    std::map<std::uint64_t, TreeVolume*> preferred;  // by device
    std::set<VolumeKey> hopeless;
    std::set<Identity> own;  // and sisters of a store that this one is a copy of, or that is one of this
  };

  std::vector<MachinePath> places_on(const Volume& volume, const FileSource& source) const;
  std::optional<MachinePath> top_of_subvolume(const FileSource& source) const;
  LinkResult try_place(State& state, const MachinePath& parent, std::uint64_t device, const Take& take);
  std::unique_ptr<TreeVolume> make_sister(const MachinePath& parent, std::uint64_t device);

  TreePlace place_;
  std::unique_ptr<TreeVolume> main_tree_;
  TreeVolume& main_ = *main_tree_;
  mutable Locked<State> state_;
};

}  // namespace rehome::store
