// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/leaf_restorer.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"
#include "flow/load/internal/collision.h"
#include "flow/load/internal/content_compare.h"
#include "flow/load/internal/file_writer.h"
#include "flow/load/internal/metadata_policy.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

bool is_device(NodeKind kind) { return kind == NodeKind::char_device || kind == NodeKind::block_device; }

/// The very file of a hard-link store that was linked here before: no need to read it.
bool is_same_inode(const Object& object, const NodeInfo& node) {
  return node.inode == object.source_inode && node.link_count > 1 && node.size == object.size &&
         node.metadata.modified == object.metadata.modified;
}

}  // namespace

Landing LeafRestorer::restore(const Leaf& leaf) {
  if (!leaf.folder) return landed(leaf, Landing::How::written, leaf.name, 0);
  bool must_look = !leaf.folder->is_fresh;
  for (std::uint32_t n = 0; n <= kMostNumberedNames; ++n) {
    const std::string name = numbered_name(leaf.name, n, leaf.object.kind);
    Naming naming = Naming::free_name;
    if (must_look) {
      const NodeInfo node = look(*leaf.folder->folder, name);
      if (node.kind != NodeKind::unknown) {
        if (is_there(leaf, name, node)) {
          set_right(leaf, name, node);
          return landed(leaf, Landing::How::already_there, name, n);
        }
        if (n > 0) continue;
        const CollisionPolicy policy = policy_for(around_.plan, join(leaf.folder->path, name));
        if (policy == CollisionPolicy::destination_priority) return landed(leaf, Landing::How::kept, name, n);
        const bool replaces = policy == CollisionPolicy::source_priority && node.kind != NodeKind::folder;
        if (!replaces) continue;
        naming = Naming::replace;
      }
    }
    if (around_.dry_run || bring(leaf, name, naming) == Tried::done)
      return landed(leaf, Landing::How::written, name, n);
    // The name was given meanwhile: look at the same one again. Where it is taken after a look too, try the next.
    if (!std::exchange(must_look, true)) --n;
  }
  throw Error(ErrorCode::already_exists, "every name for " + join(leaf.folder->path, leaf.name) + " is taken");
}

bool LeafRestorer::is_there(const Leaf& leaf, const std::string& name, const NodeInfo& node) {
  const Object& object = leaf.object;
  if (node.kind != object.kind) return false;
  if (is_device(object.kind)) return node.device_number == object.device_number;
  if (object.kind == NodeKind::symlink) return leaf.folder->folder->read_link(name) == object.link_target;
  if (object.kind != NodeKind::file) return true;
  if (leaf.is_link) return is_link_there(leaf, name, node);
  if (node.size != object.size) return false;
  if (around_.state.info().kind == StoreKind::hard_link && is_same_inode(object, node)) return true;
  return holds_content(around_.state, object, *leaf.folder->folder, name);
}

bool LeafRestorer::is_link_there(const Leaf& leaf, const std::string& name, const NodeInfo& node) {
  if (!leaf.leader_folder) return false;
  Folder& leader_folder = *leaf.leader_folder->folder;
  const NodeInfo leader = look(leader_folder, leaf.leader_name);
  if (leader.device == node.device && leader.inode == node.inode) return true;
  if (leader.kind != NodeKind::file) return false;
  return hold_same(*leader_folder.open_file(leaf.leader_name), *leaf.folder->folder->open_file(name));
}

/// A further name of a file that belongs to somebody else here, made before the restore by whoever could write in this
/// folder: to change its owner or mode would give that file away.
bool LeafRestorer::is_anothers(const Leaf& leaf, const NodeInfo& node) const {
  const RestoredAccount* account = around_.mapping.find(leaf.object.location.account);
  if (account == nullptr || node.kind == NodeKind::symlink || node.link_count < 2) return false;
  const std::uint32_t owner = node.metadata.uid;
  return owner != account->destination.uid &&
         std::ranges::find(around_.mapping.accounts, owner, &Account::uid) != around_.mapping.accounts.end();
}

void LeafRestorer::set_right(const Leaf& leaf, const std::string& name, const NodeInfo& node) {
  WritableFolder& folder = *leaf.folder->folder;
  Metadata there = node.metadata;
  folder.read_attributes(name, there);
  if (is_same_metadata(leaf.object.kind, there, leaf.metadata) || around_.dry_run) return;
  const MachinePath path = join(leaf.folder->path, name);
  const AccountNumber account = leaf.object.location.account;
  if (is_anothers(leaf, node)) {
    around_.findings.record({FindingKind::metadata_lost, account, path,
                             "it is a hard link to a file of another account, whose owner and mode were left alone"});
    return;
  }
  report_losses(folder.set_metadata(name, leaf.metadata), account, path, around_.findings);
}

LeafRestorer::Tried LeafRestorer::bring(const Leaf& leaf, const std::string& name, Naming naming) {
  try {
    if (leaf.object.kind == NodeKind::file) {
      bring_file(leaf, name, naming);
    } else if (naming == Naming::replace) {
      bring_under_other_name(leaf, name);
    } else {
      bring_other(leaf, name);
    }
  } catch (const Error& error) {
    if (error.code() == ErrorCode::already_exists) return Tried::name_taken;
    throw;
  }
  if ((leaf.metadata.flags & kForbiddingFlags) != 0) {
    around_.late.remember_file({leaf.target.base, parent_of(leaf.target.rest)}, name, leaf.object.location.account,
                               leaf.metadata);
  }
  return Tried::done;
}

void LeafRestorer::bring_file(const Leaf& leaf, const std::string& name, Naming naming) {
  const bool may_link = leaf.is_link || around_.state.info().kind == StoreKind::hard_link;
  if (may_link && naming == Naming::replace) {
    bring_under_other_name(leaf, name);
  } else if (!may_link || !link_file(leaf, name)) {
    copy_file(leaf, name, naming);
  }
}

/// False where the content must be copied.
bool LeafRestorer::link_file(const Leaf& leaf, const std::string& name) {
  return leaf.is_link ? link_to_leader(leaf, name) : link_stored_file(leaf, name);
}

bool LeafRestorer::link_to_leader(const Leaf& leaf, const std::string& name) {
  try {
    leaf.folder->folder->link(name, *leaf.leader_folder->folder, leaf.leader_name);
    return true;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::already_exists || error.code() == ErrorCode::no_space) throw;
    around_.findings.record({FindingKind::metadata_lost, leaf.object.location.account, join(leaf.folder->path, name),
                             std::string("it became a file of its own and no hard link: ") + error.what()});
    return false;
  }
}

bool LeafRestorer::link_stored_file(const Leaf& leaf, const std::string& name) {
  WritableFolder& folder = *leaf.folder->folder;
  if (!around_.state.link_content(leaf.object, folder, name)) return false;
  NodeInfo node = folder.inspect(name);
  folder.read_attributes(name, node.metadata);
  Metadata wanted = leaf.metadata;
  wanted.flags &= ~kForbiddingFlags;
  if (!is_same_metadata(NodeKind::file, node.metadata, wanted)) {
    // The store's name and this one; any other may be the original, which is not to change while it is still in use.
    if (node.link_count > 2) {
      folder.remove_file(name);
      return false;
    }
    report_losses(folder.set_metadata(name, wanted), leaf.object.location.account, join(leaf.folder->path, name),
                  around_.findings);
  }
  around_.progress.bytes += data_bytes(leaf.object);
  return true;
}

void LeafRestorer::copy_file(const Leaf& leaf, const std::string& name, Naming naming) {
  const auto file = leaf.folder->folder->create_file(name);
  read_content(leaf, *file);
  Metadata wanted = leaf.metadata;
  wanted.flags &= ~kForbiddingFlags;
  report_losses(file->set_metadata(wanted), leaf.object.location.account, join(leaf.folder->path, name),
                around_.findings);
  if (naming == Naming::replace) {
    file->commit_replacing();
  } else {
    file->commit();
  }
}

void LeafRestorer::read_content(const Leaf& leaf, WritableFile& file) {
  if (leaf.is_link) {
    copy_content(*leaf.leader_folder->folder->open_file(leaf.leader_name), file, around_.progress);
    return;
  }
  FileWriter writer(file, leaf.object, around_.progress);
  around_.state.read_content(leaf.object, writer);
  writer.finish(around_.state.info().kind == StoreKind::hard_link && leaf.object.piece_hashes.empty());
}

void LeafRestorer::bring_other(const Leaf& leaf, const std::string& name) {
  WritableFolder& folder = *leaf.folder->folder;
  if (leaf.object.kind == NodeKind::symlink) {
    folder.create_symlink(name, leaf.object.link_target);
  } else {
    folder.create_special(name, leaf.object.kind, leaf.object.device_number);
  }
  report_losses(folder.set_metadata(name, leaf.metadata), leaf.object.location.account, join(leaf.folder->path, name),
                around_.findings);
}

/// What cannot be made without a name gets one of ours first, so that the old and the new one swap at once.
void LeafRestorer::bring_under_other_name(const Leaf& leaf, const std::string& name) {
  WritableFolder& folder = *leaf.folder->folder;
  const std::string temporary = ".rehome-restore-" + std::to_string(next_temporary_++);
  if (look(folder, temporary).kind != NodeKind::unknown) folder.remove_file(temporary);  // of a restore that was killed
  if (leaf.object.kind != NodeKind::file) {
    bring_other(leaf, temporary);
  } else if (!link_file(leaf, temporary)) {
    copy_file(leaf, name, Naming::replace);
    return;
  }
  folder.rename(temporary, folder, name, true);
}

Landing LeafRestorer::landed(const Leaf& leaf, Landing::How how, const std::string& name, std::uint32_t number) {
  const MachinePath path = leaf.folder ? join(leaf.folder->path, name) : name;
  if (how == Landing::How::kept) {
    around_.findings.record({FindingKind::left_out, leaf.object.location.account, path,
                             "what is there was kept, as the rules of this computer say"});
  } else if (number > 0) {
    around_.findings.record({FindingKind::renamed, leaf.object.location.account, path,
                             std::string(around_.dry_run ? "it would land" : "it landed") +
                                 " here, because something else is called " + printable(leaf.name)});
  }
  if (how == Landing::How::already_there && leaf.object.kind == NodeKind::file && !leaf.is_link) {
    around_.progress.bytes += data_bytes(leaf.object);
  }
  return {how, name};
}

}  // namespace rehome::load
