// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/leaf_restorer.h"

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

Metadata without_forbidding_flags(Metadata metadata) {
  metadata.flags &= ~kForbiddingFlags;
  return metadata;
}

}  // namespace

/// What is linked may have become another since. A dry run reads no content, so it is looked for here.
Landing LeafRestorer::restore(const Leaf& leaf) {
  const bool has_content = leaf.object.kind == NodeKind::file && !leaf.is_link;
  const bool must_check = around_.dry_run || around_.state.info().kind == StoreKind::hard_link;
  if (!has_content || !must_check) return find_place(leaf);
  Object now = around_.state.check_content(leaf.object);
  if (now == leaf.object) return find_place(leaf);
  Leaf newer = leaf;
  newer.metadata.modified = now.metadata.modified;
  newer.object = std::move(now);
  Landing landing = find_place(newer);
  landing.is_newer = true;
  return landing;
}

Landing LeafRestorer::find_place(const Leaf& leaf) {
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
  return is_stored_file(object, node) ||
         holds_content(around_.state, object, *leaf.folder->folder, name, node.identity());
}

/// The very file of a hard-link store that was linked here before: no need to read it.
bool LeafRestorer::is_stored_file(const Object& object, const NodeInfo& node) const {
  if (around_.state.info().kind != StoreKind::hard_link || node.link_count < 2) return false;
  const auto stored = around_.state.stored_file(object);
  return stored && stored->identity() == node.identity();
}

bool LeafRestorer::is_link_there(const Leaf& leaf, const std::string& name, const NodeInfo& node) {
  if (!leaf.leader_folder) return false;
  Folder& leader_folder = *leaf.leader_folder->folder;
  const NodeInfo leader = look(leader_folder, leaf.leader_name);
  if (leader.identity() == node.identity()) return true;
  if (leader.kind != NodeKind::file) return false;
  const auto file = leaf.folder->folder->open_file(name);
  return file->inspect().identity() == node.identity() && hold_same(*leader_folder.open_file(leaf.leader_name), *file);
}

/// What was here before may be root's, another user's, or a hard link to something of theirs, made by whoever can write
/// in this folder. And each file of a hard-link store has another name in the store, which would change with it.
bool LeafRestorer::may_change(const Leaf& leaf, const MachinePath& path, const NodeInfo& node) const {
  const AccountNumber account = leaf.object.location.account;
  if (!around_.territory.bases()[leaf.target.base].owns(node.metadata.uid)) {
    report_anothers(node.metadata.uid, account, path, around_.findings);
    return false;
  }
  const bool may_be_stored = around_.state.info().kind == StoreKind::hard_link && node.kind == NodeKind::file;
  const bool is_only_ours = node.link_count == 2 && is_stored_file(leaf.object, node);
  if (!may_be_stored || node.link_count < 2 || is_only_ours) return true;
  around_.findings.record({FindingKind::metadata_lost, account, path,
                           "it has further names, and one of them may be in the store; its owner, mode and times were "
                           "left alone"});
  return false;
}

void LeafRestorer::set_right(const Leaf& leaf, const std::string& name, const NodeInfo& node) {
  WritableFolder& folder = *leaf.folder->folder;
  Metadata there = node.metadata;
  folder.read_attributes(name, there);
  const MachinePath path = join(leaf.folder->path, name);
  if (is_same_metadata(leaf.object.kind, there, leaf.metadata) || !may_change(leaf, path, node)) return;
  if (around_.dry_run) return;
  const Metadata wanted = without_forbidding_flags(leaf.metadata);
  report_losses(folder.set_metadata(name, node.identity(), wanted), leaf.object.location.account, path,
                around_.findings);
  set_flags_later(leaf, name, node.identity());
}

/// What forbids changes forbids further names, too.
void LeafRestorer::set_flags_later(const Leaf& leaf, const std::string& name, const NodeIdentity& node) {
  if ((leaf.metadata.flags & kForbiddingFlags) == 0) return;
  around_.late.remember_file({leaf.target.base, parent_of(leaf.target.rest)}, name,
                             {node, leaf.object.location.account, leaf.metadata});
}

LeafRestorer::Tried LeafRestorer::bring(const Leaf& leaf, const std::string& name, Naming naming) {
  try {
    const auto made = make(leaf, {name, join(leaf.folder->path, name)}, naming);
    if (made) set_flags_later(leaf, name, *made);
    return Tried::done;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::already_exists) return Tried::name_taken;
    throw;
  }
}

/// Gives the node whose metadata is this leaf's; nullopt for a further name, whose node is its leader's.
std::optional<NodeIdentity> LeafRestorer::make(const Leaf& leaf, const Place& place, Naming naming) {
  const bool is_file = leaf.object.kind == NodeKind::file;
  const bool may_link = leaf.is_link || around_.state.info().kind == StoreKind::hard_link;
  if (is_file && !may_link) return copy_file(leaf, place, naming);
  if (naming == Naming::replace) return replace(leaf, place);
  return is_file ? link_or_copy(leaf, place) : make_other_aside(leaf, place);
}

std::optional<NodeIdentity> LeafRestorer::link_or_copy(const Leaf& leaf, const Place& place) {
  if (leaf.is_link) {
    if (link_to_leader(leaf, place)) return std::nullopt;
  } else if (const auto linked = link_stored_file(leaf, place)) {
    return linked;
  }
  return copy_file(leaf, place, Naming::free_name);
}

/// What cannot be made without a name gets one of ours first, so that the old and the new one swap at once.
std::optional<NodeIdentity> LeafRestorer::replace(const Leaf& leaf, const Place& place) {
  TemporaryName temporary(*leaf.folder->folder);
  const Place aside{temporary.text(), place.path};
  std::optional<NodeIdentity> made;
  if (leaf.object.kind != NodeKind::file) {
    made = make_other(leaf, temporary, place.path);
  } else if (!leaf.is_link) {
    made = link_stored_file(leaf, aside);
    if (!made) return copy_file(leaf, place, Naming::replace);
  } else if (!link_to_leader(leaf, aside)) {
    return copy_file(leaf, place, Naming::replace);
  }
  temporary.replace(place.name);
  return made;
}

/// False where the content must be copied.
bool LeafRestorer::link_to_leader(const Leaf& leaf, const Place& place) {
  try {
    leaf.folder->folder->link(place.name, *leaf.leader_folder->folder, leaf.leader_name);
    return true;
  } catch (const Error& error) {
    if (error.code() == ErrorCode::already_exists || error.code() == ErrorCode::no_space) throw;
    around_.findings.record({FindingKind::metadata_lost, leaf.object.location.account, place.path,
                             std::string("it became a file of its own and no hard link: ") + error.what()});
    return false;
  }
}

/// nullopt where the content must be copied.
std::optional<NodeIdentity> LeafRestorer::link_stored_file(const Leaf& leaf, const Place& place) {
  WritableFolder& folder = *leaf.folder->folder;
  const auto stored = around_.state.link_content(leaf.object, folder, place.name);
  if (!stored) return std::nullopt;
  Metadata there = stored->metadata;
  folder.read_attributes(place.name, there);
  const Metadata wanted = without_forbidding_flags(leaf.metadata);
  if (!is_same_metadata(NodeKind::file, there, wanted)) {
    // Besides the store's name and this one, any other may be the original, which is not to change while it is in use.
    if (stored->link_count > 1) {
      folder.remove_file(place.name);
      return std::nullopt;
    }
    report_losses(folder.set_metadata(place.name, stored->identity(), wanted), leaf.object.location.account, place.path,
                  around_.findings);
  }
  around_.progress.bytes += data_bytes(leaf.object);
  return stored->identity();
}

NodeIdentity LeafRestorer::copy_file(const Leaf& leaf, const Place& place, Naming naming) {
  const auto file = leaf.folder->folder->create_file(place.name);
  read_content(leaf, *file);
  report_losses(file->set_metadata(without_forbidding_flags(leaf.metadata)), leaf.object.location.account, place.path,
                around_.findings);
  if (naming == Naming::replace) {
    file->commit_replacing();
  } else {
    file->commit();
  }
  return file->identity();
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

/// It gets its name when it is its owner's.
NodeIdentity LeafRestorer::make_other_aside(const Leaf& leaf, const Place& place) {
  TemporaryName temporary(*leaf.folder->folder);
  const NodeIdentity made = make_other(leaf, temporary, place.path);
  temporary.become(place.name);
  return made;
}

NodeIdentity LeafRestorer::make_other(const Leaf& leaf, TemporaryName& temporary, const MachinePath& path) {
  WritableFolder& folder = *leaf.folder->folder;
  const Object& object = leaf.object;
  const NodeIdentity made = object.kind == NodeKind::symlink
                                ? folder.create_symlink(temporary.text(), object.link_target)
                                : folder.create_special(temporary.text(), object.kind, object.device_number);
  temporary.holds(made);
  report_losses(folder.set_metadata(temporary.text(), made, leaf.metadata), object.location.account, path,
                around_.findings);
  return made;
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
