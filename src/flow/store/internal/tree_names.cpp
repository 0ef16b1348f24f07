// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_names.h"

#include <utility>
#include <vector>

namespace rehome::store {

void TreeNames::count(TreeVolume& tree, const std::string& path) {
  const NodeInfo top = tree.root().inspect_self();
  const MachinePath tree_path = tree.path();
  std::vector<std::string> folders = {path};
  while (!folders.empty()) {
    const std::string at = std::exchange(folders.back(), {});
    folders.pop_back();
    const TreeFolders::Handle folder = tree.folders().find(at);
    if (folder == nullptr || !are_on_one_mount(folder->inspect_self(), top)) continue;
    for (const DirectoryEntry& entry : folder->list()) {
      const NodeInfo info = folder->inspect(entry.name);
      std::string below = at.empty() ? entry.name : at + "/" + entry.name;
      if (info.kind == NodeKind::folder) {
        folders.push_back(std::move(below));
      } else if (info.kind == NodeKind::file && !at.empty() && are_on_one_mount(info, top)) {  // at the top: our notes
        count_file(info, join(tree_path, below));
      }
    }
  }
}

void TreeNames::count_file(const NodeInfo& file, const MachinePath& path) {
  if (left_out_.contains(identity_of(file))) return;
  Counted& counted = files_[identity_of(file)];
  if (++counted.names < file.link_count || counted.is_last) return;
  counted.is_last = true;
  ++last_.files;
  last_.bytes += file.size;
  if (last_.example.empty()) last_.example = path;
}

}  // namespace rehome::store
