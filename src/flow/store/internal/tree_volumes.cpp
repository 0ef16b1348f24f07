// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_volumes.h"

#include <algorithm>
#include <optional>

#include "base/core/error.h"
#include "flow/store/internal/private_folder.h"
#include "flow/store/internal/tree_removal.h"

namespace rehome::store {

namespace {

std::unique_ptr<Folder> open_if_there(FileTree& files, const MachinePath& path) {
  try {
    return files.open(path);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return nullptr;
  }
}

MachinePath parent_of(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
}

/// No folder can be made there, as on a read-only mount or one that another covers: no reason to end the capture.
bool forbids_a_folder(const Error& error) {
  return error.code() == ErrorCode::read_only || error.code() == ErrorCode::permission_denied ||
         error.code() == ErrorCode::not_found;
}

}  // namespace

TreeVolumes::TreeVolumes(const TreePlace& place) : place_(place), main_tree_(make_main_tree(place)) {
  auto state = state_.lock();
  state->own.insert(identity_of(place_.files.open(place_.store_path)->inspect_self()));
  state->own.insert(main_.identity());
  for (Sister& sister : open_sisters(place_, main_)) {
    state->own.insert(sister.tree->identity());
    if (sister.bond == Bond::anothers) continue;
    if (sister.bond == Bond::ours) bind_sister(sister.tree->root(), main_.root(), place_.random);
    state->sisters.push_back(std::move(sister.tree));
  }
}

std::vector<TreeVolume*> TreeVolumes::likely(std::uint64_t device) {
  auto state = state_.lock();
  std::vector<TreeVolume*> trees = {&main_};
  for (const auto& sister : state->sisters) trees.push_back(sister.get());
  if (const auto found = state->preferred.find(device); found != state->preferred.end()) {
    std::ranges::partition(trees, [&](const TreeVolume* tree) { return tree == found->second; });
  }
  return trees;
}

void TreeVolumes::prefer(std::uint64_t device, TreeVolume* tree) { state_.lock()->preferred[device] = tree; }

LinkResult TreeVolumes::add_sister(const FileSource& source, const Take& take) {
  const Volume volume = source.folder().volume();
  const VolumeKey key{volume.device, volume.mounted_at};
  auto state = state_.lock();
  if (state->hopeless.contains(key)) return LinkResult::other_volume;
  // Another thread may have made it while this one waited.
  for (const auto& sister : state->sisters) {
    if (sister->identity().device != volume.device) continue;
    if (const LinkResult result = take(*sister); result != LinkResult::other_volume) return result;
  }
  for (const MachinePath& parent : places_on(volume, source)) {
    const LinkResult result = try_place(*state, parent, volume.device, take);
    if (result != LinkResult::other_volume) return result;
  }
  state->hopeless.insert(key);
  return LinkResult::other_volume;
}

/// Where the machine of this store has that volume mounted; the captured machine's own name for it comes first.
std::vector<MachinePath> TreeVolumes::places_on(const Volume& volume, const FileSource& source) const {
  std::vector<MachinePath> places;
  for (const Volume& mounted : place_.files.volumes()) {
    if (mounted.device == volume.device && !mounted.mounted_at.empty()) places.push_back(mounted.mounted_at);
  }
  std::ranges::partition(places, [&](const MachinePath& path) { return path == volume.mounted_at; });
  if (const auto top = top_of_subvolume(source); top && std::ranges::count(places, *top) == 0) places.push_back(*top);
  return places;
}

/// The highest folder above the file that is still on the file's device: a subvolume need not be mounted.
std::optional<MachinePath> TreeVolumes::top_of_subvolume(const FileSource& source) const {
  if (!source.folder_path().starts_with('/')) return std::nullopt;
  MachinePath top(source.folder_path());
  const auto folder = open_if_there(place_.files, top);
  const Identity wanted = identity_of(source.folder().inspect_self());
  // The captured machine may be another root than the store's: then its paths mean nothing here.
  if (folder == nullptr || identity_of(folder->inspect_self()) != wanted) return std::nullopt;
  while (top != "/") {
    const MachinePath above = parent_of(top);
    const auto parent = open_if_there(place_.files, above);
    if (parent == nullptr || parent->inspect_self().device != wanted.device) break;
    top = above;
  }
  return top;
}

LinkResult TreeVolumes::try_place(State& state, const MachinePath& parent, std::uint64_t device, const Take& take) {
  std::unique_ptr<TreeVolume> made = make_sister(parent, device);
  if (made == nullptr) return LinkResult::other_volume;
  const Identity identity = made->identity();
  state.own.insert(identity);
  state.sisters.push_back(std::move(made));
  const LinkResult result = take(*state.sisters.back());
  if (result == LinkResult::other_volume) {
    // The same device behind another mount: no link reaches it from there.
    state.sisters.pop_back();
    state.own.erase(identity);
    remove_tree(*place_.files.open_for_writing(parent), sister_name(place_.vault_id));
  }
  return result;
}

/// Null where no folder can be made, or there is one already.
std::unique_ptr<TreeVolume> TreeVolumes::make_sister(const MachinePath& parent, std::uint64_t device) {
  const std::string name = sister_name(place_.vault_id);
  const MachinePath path = join(parent, name);
  try {
    const auto folder = place_.files.open_for_writing(parent);
    if (folder->inspect_self().device != device || open_private_folder(*folder, name, path)) return nullptr;
    list_sister(main_, parent);
    auto made = std::make_unique<TreeVolume>(make_private_folder(*folder, name, path), parent, name);
    bind_sister(made->root(), main_.root(), place_.random);
    return made;
  } catch (const Error& error) {
    if (!forbids_a_folder(error)) throw;
    return nullptr;
  }
}

bool TreeVolumes::owns(const NodeInfo& folder) const { return state_.lock()->own.contains(identity_of(folder)); }

void TreeVolumes::sync() {
  main_.root().sync_volume();
  std::vector<TreeVolume*> trees;
  for (auto state = state_.lock(); const auto& sister : state->sisters) trees.push_back(sister.get());
  for (TreeVolume* tree : trees) tree->root().sync_volume();
}

}  // namespace rehome::store
