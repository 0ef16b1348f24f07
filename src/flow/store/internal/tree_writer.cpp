// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_writer.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/piece_hash.h"

namespace rehome::store {

namespace {

constexpr std::uint32_t kStoredMode = 0600;

/// A link takes effect at once, so what the catalog says of size and time is what the file had then.
void take_over(Object& object, const NodeInfo& linked) {
  object.size = linked.size;
  object.source_inode = linked.inode;
  object.metadata.modified = linked.metadata.modified;
  object.metadata.changed = linked.metadata.changed;
  object.extents.clear();
  object.piece_hashes.clear();
}

std::string_view reason(LinkResult why) {
  switch (why) {
    case LinkResult::too_many:
      return "it has as many links as its volume allows";
    case LinkResult::not_permitted:
      return "it or its volume permits no further link";
    default:
      return "no store folder can be made on its volume";
  }
}

/// Whether what lies in an earlier tree still is what the earlier record says.
bool is_still(const NodeInfo& stored, const Object& previous) {
  return stored.kind == NodeKind::file && stored.size == previous.size &&
         stored.metadata.modified == previous.metadata.modified;
}

std::optional<NodeInfo> inspect_if_there(Folder& folder, std::string_view name) {
  try {
    return folder.inspect(name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
    return std::nullopt;
  }
}

}  // namespace

void TreeWriter::keep(Object& object, FileSource& source) {
  object.chunks.clear();
  if (kind_ == StoreKind::hard_link) {
    const LinkResult result = link(object, source);
    if (result == LinkResult::linked) return;
    copy(object, source);
    report_copied(object, source, result);
  } else {
    copy(object, source);
  }
}

LinkResult TreeWriter::link(Object& object, FileSource& source) {
  const TreePath path = tree_path(capture_.capture_id, object.location);
  const auto take = [&](TreeVolume& tree) {
    const TreeFolders::Handle folder = tree.folders().make(path.folder);
    const LinkResult result = link_in_place(*folder, path.leaf, source.folder(), source.name());
    if (result != LinkResult::linked) return result;
    const NodeInfo linked = folder->inspect(path.leaf);
    if (linked.kind == NodeKind::file) {
      take_over(object, linked);
    } else {
      folder->remove_file(path.leaf);  // something took the file's place; the scan sees that too
    }
    return result;
  };
  const std::vector<TreeVolume*> trees = volumes_.likely(object.source_device);
  for (TreeVolume* tree : trees) {
    const LinkResult result = take(*tree);
    if (result == LinkResult::other_volume) continue;
    if (result == LinkResult::linked && tree != trees.front()) volumes_.prefer(object.source_device, tree);
    return result;
  }
  return volumes_.add_sister(source, take);
}

void TreeWriter::copy(Object& object, FileSource& source) {
  const TreePath path = tree_path(capture_.capture_id, object.location);
  const TreeFolders::Handle folder = volumes_.main().folders().make(path.folder);
  const auto file = folder->create_file(path.leaf);
  stored_bytes_ += copy_pieces(source.file(), *file, object);
  // The time is what tells a later capture that this is the copy of that state of the file.
  Metadata metadata;
  metadata.mode = kStoredMode;
  metadata.modified = metadata.accessed = object.metadata.modified;
  file->set_metadata(metadata);
  file->commit_replacing();
}

void TreeWriter::report_copied(const Object& object, const FileSource& source, LinkResult why) {
  findings_.record({.kind = FindingKind::copied,
                    .account = object.location.account,
                    .path = join(MachinePath(source.folder_path()), source.name()),
                    .message = "copied into the store, not linked: " + std::string(reason(why))});
}

bool TreeWriter::keep_unchanged(Object& object, const Object& previous) {
  // A link costs no reading, and the one that an earlier capture made changed ctime after that capture began: so none
  // of its files is ever known to be unchanged. What refused the link and was copied is.
  if (kind_ == StoreKind::hard_link && previous.piece_hashes.empty()) return false;
  return std::ranges::any_of(capture_.earlier,
                             [&](const std::string& capture) { return reuse_from(capture, object, previous); });
}

bool TreeWriter::reuse_from(const std::string& capture_id, Object& object, const Object& previous) {
  TreeFolders& folders = volumes_.main().folders();
  const TreePath from = tree_path(capture_id, previous.location);
  const TreeFolders::Handle old_folder = folders.find(from.folder);
  if (old_folder == nullptr) return false;
  const auto stored = inspect_if_there(*old_folder, from.leaf);
  if (!stored || !is_still(*stored, previous)) return false;
  const TreePath to = tree_path(capture_.capture_id, object.location);
  const TreeFolders::Handle folder = folders.make(to.folder);
  if (link_in_place(*folder, to.leaf, *old_folder, from.leaf) != LinkResult::linked) return false;
  object.size = previous.size;
  object.extents = previous.extents;
  object.piece_hashes = previous.piece_hashes;
  return true;
}

}  // namespace rehome::store
