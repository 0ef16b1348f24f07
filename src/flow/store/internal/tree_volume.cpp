// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_volume.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/private_folder.h"
#include "flow/store/internal/tree_note.h"

namespace rehome::store {

namespace {

/// A file in STORE/Tree: one parent of a sister after the other, each with a zero byte behind it.
constexpr std::string_view kListName = "sisters";
constexpr std::size_t kMostSisters = 1024;

std::vector<MachinePath> read_list(Folder& tree) {
  const std::optional<Bytes> content = read_note(tree, kListName);
  if (!content) return {};
  std::vector<MachinePath> paths;
  for (std::string_view rest = as_text(*content); rest.find('\0') != std::string_view::npos;) {
    const std::size_t end = rest.find('\0');
    if (rest.starts_with('/')) paths.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (paths.size() > kMostSisters) throw Error(ErrorCode::limit_exceeded, "the store lists too many sister folders");
  return paths;
}

/// "/a/b": "/a/b", "/b" and "".
std::vector<std::string_view> endings_of(const MachinePath& path) {
  std::vector<std::string_view> endings;
  for (std::size_t slash = 0; slash != std::string::npos; slash = path.find('/', slash + 1)) {
    endings.push_back(std::string_view(path).substr(slash));
  }
  endings.emplace_back();
  return endings;
}

/// Network volumes are not looked at: a dead server would hold up every restore.
bool may_hold_sister(const Volume& volume) {
  return !volume.mounted_at.empty() &&
         (volume.volume_class == VolumeClass::local || volume.volume_class == VolumeClass::removable);
}

std::set<MachinePath> candidates(FileTree& files, const std::vector<MachinePath>& listed) {
  std::set<MachinePath> paths(listed.begin(), listed.end());
  for (const Volume& volume : files.volumes()) {
    if (!may_hold_sister(volume)) continue;
    paths.insert(volume.mounted_at);
    const std::string top = volume.mounted_at == "/" ? "" : volume.mounted_at;
    for (const MachinePath& path : listed) {
      for (const std::string_view ending : endings_of(path)) {
        if (ending.size() > 1) paths.insert(top + std::string(ending));
      }
    }
  }
  return paths;
}

std::unique_ptr<WritableFolder> open_if_there(FileTree& files, const MachinePath& path) {
  try {
    return files.open_for_writing(path);
  } catch (const Error&) {
    return nullptr;  // most candidates do not exist, and one that cannot be opened holds no sister for us
  }
}

/// Anybody may make a folder of that name in a world-writable place. Where none was listed, it is not ours.
bool is_strangers(Folder& folder, const std::string& name) {
  try {
    const NodeInfo info = folder.inspect(name);
    return info.kind != NodeKind::folder || info.metadata.uid != 0;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return true;
  }
}

}  // namespace

std::string sister_name(const std::string& vault_id) { return ".rehome-" + vault_id; }

MachinePath join(const MachinePath& folder, std::string_view name) {
  return folder.ends_with('/') ? folder + std::string(name) : folder + "/" + std::string(name);
}

std::unique_ptr<TreeVolume> open_main_tree(const TreePlace& place) {
  const auto store = place.files.open_for_writing(place.store_path);
  check_private_folder(*store, place.store_path);
  auto root = open_private_folder(*store, kTreeName, join(place.store_path, kTreeName));
  return root == nullptr ? nullptr : std::make_unique<TreeVolume>(std::move(root), place.store_path, kTreeName);
}

std::unique_ptr<TreeVolume> make_main_tree(const TreePlace& place) {
  const auto store = place.files.open_for_writing(place.store_path);
  check_private_folder(*store, place.store_path);
  return std::make_unique<TreeVolume>(make_private_folder(*store, kTreeName, join(place.store_path, kTreeName)),
                                      place.store_path, kTreeName);
}

std::vector<Sister> open_sisters(const TreePlace& place, TreeVolume& main) {
  std::vector<Sister> sisters;
  if (place.kind != StoreKind::hard_link) return sisters;
  std::set<Identity> known;
  const std::string name = sister_name(place.vault_id);
  const std::vector<MachinePath> listed = read_list(main.root());
  for (const MachinePath& parent : candidates(place.files, listed)) {
    const auto folder = open_if_there(place.files, parent);
    if (folder == nullptr) continue;
    if (std::ranges::count(listed, parent) == 0 && is_strangers(*folder, name)) continue;
    auto root = open_private_folder(*folder, name, join(parent, name));
    if (root == nullptr || !known.insert(identity_of(root->inspect_self())).second) continue;
    const Bond bond = bond_of(*root, main.root());
    sisters.push_back({std::make_unique<TreeVolume>(std::move(root), parent, name), bond});
  }
  return sisters;
}

std::vector<MachinePath> places_without_sister(TreeVolume& main, const std::vector<Sister>& found) {
  std::vector<MachinePath> places = read_list(main.root());
  // One that is mounted elsewhere now is found at another place, whose path has the same end.
  for (const Sister& sister : found) {
    const auto is_it = [&](const MachinePath& place) {
      return sister.tree->parent() == place || sister.tree->parent().ends_with(place);
    };
    const auto its_place = std::ranges::find_if(places, is_it);
    if (its_place != places.end()) places.erase(its_place);
  }
  return places;
}

void list_sister(TreeVolume& main, const MachinePath& parent) {
  std::vector<MachinePath> paths = read_list(main.root());
  if (std::ranges::count(paths, parent) > 0) return;
  if (paths.size() >= kMostSisters) throw Error(ErrorCode::limit_exceeded, "too many volumes for one store");
  paths.push_back(parent);
  Bytes content;
  for (const MachinePath& path : paths) {
    const ByteView text = as_bytes(path);
    content.insert(content.end(), text.begin(), text.end());
    content.push_back(0);
  }
  write_note(main.root(), kListName, content);
}

}  // namespace rehome::store
