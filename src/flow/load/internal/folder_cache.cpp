// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/folder_cache.h"

#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/collision.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::size_t kMostOpenFolders = 256;  // a quarter of the usual limit of open files
constexpr std::uint32_t kSystemFolderMode = 0755;

}  // namespace

void give_away(WritableFolder& folder, std::uint32_t uid, std::uint32_t gid, std::uint32_t mode) {
  Metadata metadata = folder.inspect_self().metadata;
  metadata.uid = uid;
  metadata.gid = gid;
  metadata.mode = mode;
  folder.set_own_metadata(metadata);
}

NodeInfo look(Folder& folder, std::string_view name) {
  try {
    return folder.inspect(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return {};
  }
}

SharedFolder FolderCache::find(const Key& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->folder;
}

void FolderCache::keep(const Key& key, const SharedFolder& folder) {
  entries_.push_front({key, folder});
  by_key_[key] = entries_.begin();
  if (entries_.size() <= kMostOpenFolders) return;
  by_key_.erase(entries_.back().key);
  entries_.pop_back();
}

SharedFolder FolderCache::open(const Target& target, Missing missing) {
  if (auto known = find(target)) return known;
  // Down from the deepest folder on the way that is open. A loop, not a recursion: a forged path may be deep.
  Target reached = target;
  SharedFolder folder;
  while (!folder && !reached.rest.empty()) {
    reached.rest = parent_of(reached.rest);
    folder = find(reached);
  }
  const Missing on_the_way = missing == Missing::make_bare ? Missing::make : missing;
  if (!folder) {
    folder = open_base(target.base, target.rest.empty() ? missing : on_the_way);
    if (folder) keep({target.base, ""}, folder);
  }
  while (folder && reached.rest.size() < target.rest.size()) {
    const std::size_t from = reached.rest.empty() ? 0 : reached.rest.size() + 1;
    reached.rest = target.rest.substr(0, target.rest.find('/', from));
    folder = step(folder, reached, reached == target ? missing : on_the_way);
    if (folder) keep(reached, folder);
  }
  return folder;
}

SharedFolder FolderCache::open_base(std::uint32_t number, Missing missing) {
  const Base& base = territory_.bases()[number];
  auto [reached, left] = existing_part(files_, base.path);
  if (!left.empty() && missing == Missing::leave) return nullptr;
  auto folder = std::make_shared<OpenFolder>();
  folder->folder = files_.open_for_writing(reached);
  folder->path = reached;
  const NodeInfo self = folder->folder->inspect_self();
  folder->node = self.identity();
  if (left.empty() && base.must_be_owned && self.metadata.uid != base.uid) {
    throw Error(ErrorCode::refused, base.path + " is not the account's own any more");
  }
  if (left.empty() && base.becomes_owned && self.metadata.uid != base.uid && missing != Missing::leave) {
    give_away(*folder->folder, base.uid, base.gid, self.metadata.mode);
  }
  while (!left.empty()) {
    const std::size_t slash = left.find('/');
    const bool is_last = slash == std::string::npos;
    const Base above{"", 0, 0, kSystemFolderMode, false, false};
    folder = make(*folder, left.substr(0, slash), is_last ? base : above, is_last ? missing : Missing::make);
    left.erase(0, is_last ? slash : slash + 1);
  }
  return keep_volume(std::move(folder));
}

SharedFolder FolderCache::step(const SharedFolder& parent, const Key& key, Missing missing) {
  const std::string name = name_of_path(key.rest);
  for (std::uint32_t n = 0; n <= kMostNumberedNames; ++n) {
    const std::string candidate = numbered_name(name, n, NodeKind::folder);
    const NodeKind there = parent->is_fresh ? NodeKind::unknown : look(*parent->folder, candidate).kind;
    if (there != NodeKind::unknown && there != NodeKind::folder) continue;
    if (there == NodeKind::unknown && missing == Missing::leave) return nullptr;
    if (n > 0) {
      findings_.record_once("folder " + territory_.path_of(key),
                            {FindingKind::renamed, kSystemAccount, join(parent->path, candidate),
                             "the folder " + printable(name) + " landed here, because its name is taken by no folder"});
    }
    if (there == NodeKind::folder) return keep_volume(enter(*parent, candidate));
    try {
      return keep_volume(make(*parent, candidate, territory_.bases()[key.base], missing));
    } catch (const Error& error) {
      if (error.code() != ErrorCode::already_exists || !parent->is_fresh.exchange(false)) throw;
      --n;  // the name was given before: see to what
    }
  }
  throw Error(ErrorCode::already_exists, "every name for the folder " + join(parent->path, name) + " is taken");
}

SharedFolder FolderCache::enter(const OpenFolder& parent, const std::string& name) {
  return child_of(parent, name, parent.folder->open_folder_for_writing(name));
}

SharedFolder FolderCache::make(const OpenFolder& parent, const std::string& name, const Base& base, Missing missing) {
  SharedFolder made = child_of(parent, name, parent.folder->create_and_open_folder(name));
  made->is_fresh = true;
  if (missing == Missing::make) give_away(*made->folder, base.uid, base.gid, base.mode);
  return made;
}

/// A home may hold disks of its own, but what is mounted there from elsewhere is not this computer's to fill.
SharedFolder FolderCache::child_of(const OpenFolder& parent, const std::string& name,
                                   std::unique_ptr<WritableFolder> folder) {
  auto child = std::make_shared<OpenFolder>();
  child->folder = std::move(folder);
  child->path = join(parent.path, name);
  child->node = child->folder->inspect_self().identity();
  if (child->node.device == parent.node.device) return child;
  const VolumeClass volume = child->folder->volume().volume_class;
  if (volume == VolumeClass::local || volume == VolumeClass::removable) return child;
  throw Error(ErrorCode::refused, child->path + " leads into a " + std::string(name_of(volume)) +
                                      " file system, where nothing is restored; unmount it first");
}

SharedFolder FolderCache::keep_volume(SharedFolder folder) {
  volumes_.try_emplace(folder->node.device, folder);
  return folder;
}

void FolderCache::sync_volumes() {
  for (const auto& [device, folder] : volumes_) folder->folder->sync_volume();
}

}  // namespace rehome::load
