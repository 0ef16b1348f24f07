// SPDX-License-Identifier: Apache-2.0
#pragma once
// One tree of content on one volume: STORE/Tree, or a sister folder <folder>/.rehome-<vault id> on another volume. A
// volume here is one mount and subvolume: what a link(2) can reach.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flow/store/internal/sister_bond.h"
#include "flow/store/internal/tree_content.h"
#include "flow/store/internal/tree_folders.h"

namespace rehome::store {

/// Upper case, so that no blob is ever called so.
constexpr std::string_view kTreeName = "Tree";
std::string sister_name(const std::string& vault_id);
/// "/home" and "x" are "/home/x".
MachinePath join(const MachinePath& folder, std::string_view name);

struct Identity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  auto operator<=>(const Identity&) const = default;
};
inline Identity identity_of(const NodeInfo& info) { return {.device = info.device, .inode = info.inode}; }

/// A bind mount shows the same device: what lies behind it is not the store's all the same.
inline bool are_on_one_mount(const NodeInfo& one, const NodeInfo& other) {
  return one.device == other.device && one.mount == other.mount;
}

/// Any thread may call.
class TreeVolume {
 public:
  /// `parent` is the folder that it lies in: for a sister, one of the captured machine's own.
  TreeVolume(std::unique_ptr<WritableFolder> root, MachinePath parent, std::string_view name)
      : folders_(std::move(root)),
        parent_(std::move(parent)),
        name_(name),
        identity_(identity_of(folders_.root()->inspect_self())) {}

  TreeFolders& folders() { return folders_; }
  WritableFolder& root() { return *folders_.root(); }
  const MachinePath& parent() const { return parent_; }
  const std::string& name() const { return name_; }
  MachinePath path() const { return join(parent_, name_); }
  const Identity& identity() const { return identity_; }

 private:
  TreeFolders folders_;
  MachinePath parent_;
  std::string name_;
  Identity identity_;
};

/// STORE/Tree. Null where there is none yet.
std::unique_ptr<TreeVolume> open_main_tree(const TreePlace& place);
std::unique_ptr<TreeVolume> make_main_tree(const TreePlace& place);

struct Sister {
  std::unique_ptr<TreeVolume> tree;
  Bond bond = Bond::ours;
};
/// The sister folders that can be reached now: where the vault's own list says, and wherever else those volumes are
/// mounted now (another root, another mount point). Those that are not root's alone are refused.
std::vector<Sister> open_sisters(const TreePlace& place, TreeVolume& main);
/// The listed places of sisters that are none of `found`.
std::vector<MachinePath> places_without_sister(TreeVolume& main, const std::vector<Sister>& found);
/// Durably lists the place of a sister before it is made, so that none is ever forgotten.
void list_sister(TreeVolume& main, const MachinePath& parent);

}  // namespace rehome::store
