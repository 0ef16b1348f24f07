// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/folder_cache.h"

#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/landing.h"
#include "flow/load/internal/paths.h"
#include "flow/load/internal/temporary_name.h"

namespace rehome::load {

namespace {

constexpr std::size_t kMostOpenFolders = 256;  // a quarter of the usual limit of open files
constexpr std::uint32_t kSystemFolderMode = 0755;

SharedFolder child_of(const OpenFolder& parent, const std::string& name, std::unique_ptr<WritableFolder> folder) {
  auto child = std::make_shared<OpenFolder>();
  child->folder = std::move(folder);
  child->path = join(parent.path, name);
  const NodeInfo self = child->folder->inspect_self();
  child->node = self.identity();
  child->mount = self.mount;
  return child;
}

FolderOwner owner_in(const Base& base) { return {base.uid, base.gid, base.mode}; }

}  // namespace

void give_away(WritableFolder& folder, const FolderOwner& owner) {
  Metadata metadata = folder.inspect_self().metadata;
  if (metadata.uid == owner.uid && metadata.gid == owner.gid && metadata.mode == owner.mode) return;
  metadata.uid = owner.uid;
  metadata.gid = owner.gid;
  metadata.mode = owner.mode;
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

SharedFolder FolderCache::open(const Target& target, Missing missing, std::optional<FolderOwner> owner) {
  if (auto known = find(target)) return known;
  const FolderOwner of_base = owner_in(territory_.bases()[target.base]);
  const FolderOwner of_last = owner.value_or(of_base);
  // Down from the deepest folder on the way that is open. A loop, not a recursion: a forged path may be deep.
  Target reached = target;
  SharedFolder folder;
  while (!folder && !reached.rest.empty()) {
    reached.rest = parent_of(reached.rest);
    folder = find(reached);
  }
  if (!folder) folder = open_base(target.base, missing, target.rest.empty() ? of_last : of_base);
  while (folder && reached.rest.size() < target.rest.size()) {
    const std::size_t from = reached.rest.empty() ? 0 : reached.rest.size() + 1;
    reached.rest = target.rest.substr(0, target.rest.find('/', from));
    folder = step(folder, reached, missing, reached == target ? of_last : of_base);
    if (folder) keep(reached, folder);
  }
  return folder;
}

SharedFolder FolderCache::open_base(std::uint32_t number, Missing missing, const FolderOwner& owner) {
  if (const auto held = bases_.find(number); held != bases_.end()) return held->second;
  const Base& base = territory_.bases()[number];
  const BaseFolder& place = base.place;
  if (!place.missing.empty() && missing == Missing::leave) return nullptr;
  auto folder = std::make_shared<OpenFolder>();
  folder->folder = place.folder;
  folder->path = place.path.substr(0, place.path.size() - place.missing.size());
  folder->node = place.node.identity();
  folder->mount = place.node.mount;
  if (!place.missing.empty() && base.within) {
    folder = complete_within(base, owner);
  } else if (!place.missing.empty()) {
    const Base above{.place = {}, .mode = kSystemFolderMode, .is_system = true};
    // Only root can give names there. So what is there by now is root's will: it was made for another base, or by who
    // administers this computer.
    folder = complete(std::move(folder), {place.missing, above, owner});
  } else if (base.becomes_owned && missing != Missing::leave) {
    give_away(*folder->folder, {base.uid, base.gid, place.node.metadata.mode});
  }
  if (missing != Missing::leave) bases_[number] = folder;
  return keep_volume(std::move(folder));
}

SharedFolder FolderCache::complete(SharedFolder folder, const MissingPart& part) {
  for (std::string left = part.path; !left.empty();) {
    const std::size_t slash = left.find('/');
    const bool is_last = slash == std::string::npos;
    const std::string name = left.substr(0, slash);
    if (look(*folder->folder, name).kind == NodeKind::folder) {
      folder = enter(*folder, name, part.above);
    } else {
      folder = make(*folder, name, is_last ? part.last : owner_in(part.above));
    }
    left.erase(0, is_last ? slash : slash + 1);
  }
  return folder;
}

/// The owner of the outer home may have put anything there meanwhile: a home is only what this makes or what belongs to
/// its account.
SharedFolder FolderCache::complete_within(const Base& base, const FolderOwner& owner) {
  const Base& above = territory_.bases()[base.within->base];
  SharedFolder outer = open_base(base.within->base, Missing::make, owner_in(above));
  if (base.within->rest.empty()) return outer;
  SharedFolder home = complete(std::move(outer), {base.within->rest, above, owner});
  if (home->is_fresh || base.owns(home->folder->inspect_self().metadata.uid)) return home;
  throw Error(ErrorCode::refused, home->path + ", where a home should be made, was taken by somebody else");
}

SharedFolder FolderCache::step(const SharedFolder& parent, const Key& key, Missing missing, const FolderOwner& owner) {
  const Base& base = territory_.bases()[key.base];
  const std::string name = name_of_path(key.rest);
  // A fresh folder holds what this restore made, so to make something in it nobody has to look first.
  const bool is_free = parent->is_fresh && missing != Missing::leave;
  const FolderName found = is_free ? FolderName{name} : folder_name(*parent->folder, name);
  if (found.name != name) {
    findings_.record_once("folder " + territory_.path_of(key),
                          {FindingKind::renamed, kSystemAccount, join(parent->path, found.name),
                           "the folder " + printable(name) + " landed here, because its name is taken by no folder"});
  }
  if (found.is_there) return keep_volume(enter(*parent, found.name, base));
  if (missing == Missing::leave) return nullptr;
  try {
    return keep_volume(make(*parent, found.name, owner));
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists || !parent->is_fresh.exchange(false)) throw;
    return step(parent, key, missing, owner);  // the name was given before: see to what
  }
}

SharedFolder FolderCache::enter(const OpenFolder& parent, const std::string& name, const Base& base) {
  SharedFolder child = child_of(parent, name, parent.folder->open_folder_for_writing(name));
  check_mount(parent, *child, base);
  return child;
}

/// It gets its name when it is its owner's: a restore that ends early, however, leaves no folder that only root can
/// enter.
SharedFolder FolderCache::make(const OpenFolder& parent, const std::string& name, const FolderOwner& owner) {
  TemporaryName temporary(*parent.folder, NodeKind::folder);
  const auto made = parent.folder->create_and_open_folder(temporary.text());
  give_away(*made, owner);
  const NodeIdentity node = made->inspect_self().identity();
  temporary.become(name);
  SharedFolder child = child_of(parent, name, parent.folder->open_folder_for_writing(name));
  if (child->node != node) {
    throw Error(ErrorCode::refused, child->path + " was exchanged for something else as soon as it was made");
  }
  child->is_fresh = true;
  return child;
}

/// A home may hold disks of its own. But what is mounted there from elsewhere is not this computer's to fill; nor is a
/// folder of the system, or of another user, that root shows in a home by a bind mount. What of these it is only its
/// owner tells: the device of a bind mount is that of what is shown.
void FolderCache::check_mount(const OpenFolder& parent, const OpenFolder& child, const Base& base) {
  if (child.node.device == parent.node.device && child.mount == parent.mount) return;
  const VolumeClass volume = child.folder->volume().volume_class;
  if (volume != VolumeClass::local && volume != VolumeClass::removable) {
    throw Error(ErrorCode::refused, child.path + " leads into a " + std::string(name_of(volume)) +
                                        " file system, where nothing is restored; unmount it first");
  }
  const bool is_subvolume = child.mount == parent.mount && child.mount != 0;
  if (is_subvolume || base.owns(child.folder->inspect_self().metadata.uid)) return;
  throw Error(ErrorCode::refused, "what is mounted on " + child.path +
                                      " belongs to somebody else, so nothing is restored there; unmount it, or give "
                                      "its top folder to the uid " +
                                      std::to_string(base.uid));
}

SharedFolder FolderCache::keep_volume(SharedFolder folder) {
  volumes_.try_emplace(folder->node.device, folder);
  return folder;
}

void FolderCache::sync_volumes() {
  for (const auto& [device, folder] : volumes_) folder->folder->sync_volume();
}

}  // namespace rehome::load
