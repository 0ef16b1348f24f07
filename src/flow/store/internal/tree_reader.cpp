// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/data_stream.h"
#include "flow/store/internal/piece_hash.h"
#include "flow/store/internal/tree_link.h"
#include "model/outcome.h"

namespace rehome::store {

namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 20;

class Counter final : public ContentConsumer {
 public:
  void write(std::uint64_t, ByteView bytes) override { bytes_ += bytes.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t bytes_ = 0;
};

bool is_as_captured(const NodeInfo& found, const Object& object) {
  return found.inode == object.source_inode && found.size == object.size &&
         found.metadata.modified == object.metadata.modified;
}

/// A link shows what the original is now, and nobody has what it was.
Error edited() {
  return {ErrorCode::corrupt, "the file was changed after it was captured; what it is now is in the store"};
}

}  // namespace

TreeReader::TreeReader(const TreePlace& place, std::string capture_id)
    : kind_(place.kind), capture_id_(std::move(capture_id)) {
  trees_.push_back(open_main_tree(place));
  if (trees_.front() == nullptr) {
    throw Error(ErrorCode::corrupt, "the store has lost its folder " + join(place.store_path, kTreeName));
  }
  for (Sister& sister : open_sisters(place, *trees_.front())) {
    if (sister.bond == Bond::anothers) {
      anothers_ = sister.tree->path();
    } else {
      trees_.push_back(std::move(sister.tree));
    }
  }
}

Error TreeReader::missing() const {
  std::string why = "it was removed, or the volume it lies on is not mounted";
  if (!anothers_.empty()) {
    why += "; what lies in " + printable(anothers_) + " belongs to another store, of which this one is a copy";
  }
  return {ErrorCode::corrupt, "its content is not in the store: " + why};
}

bool TreeReader::is_copy(const Object& object) const {
  return kind_ == StoreKind::uncompressed || !object.piece_hashes.empty();
}

std::optional<TreeReader::Stored> TreeReader::look(TreeVolume& tree, const TreePath& path) {
  Stored stored{.folder = tree.folders().find(path.folder), .leaf = path.leaf, .info = {}};
  if (stored.folder == nullptr) return std::nullopt;
  try {
    stored.info = stored.folder->inspect(path.leaf);
    if (stored.info.kind == NodeKind::file) return stored;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return std::nullopt;
}

TreeReader::Stored TreeReader::find(const Object& object) {
  if (is_copy(object)) return find_copy(object);
  Stored stored = find_link(object);
  if (!is_as_captured(stored.info, object)) throw edited();
  return stored;
}

TreeReader::Stored TreeReader::find_copy(const Object& object) {
  std::optional<Stored> stored = look(*trees_.front(), tree_path(capture_id_, object.location));
  if (!stored) throw missing();
  if (stored->info.size != object.size) {
    throw Error(ErrorCode::corrupt, "the stored file has " + std::to_string(stored->info.size) + " bytes, not the " +
                                        std::to_string(object.size) + " that were captured");
  }
  return std::move(*stored);
}

/// The tree of the same device is asked first, but device numbers change with every start of a computer. Another volume
/// may by chance have a file of the same place and number, so one that is as it was captured is the better match.
TreeReader::Stored TreeReader::find_link(const Object& object) {
  const TreePath path = tree_path(capture_id_, object.location);
  std::optional<Stored> changed;
  bool is_replaced = false;
  for (const bool same_device : {true, false}) {
    for (const auto& tree : trees_) {
      if ((tree->identity().device == object.source_device) != same_device) continue;
      std::optional<Stored> stored = look(*tree, path);
      if (!stored) continue;
      if (is_as_captured(stored->info, object)) return std::move(*stored);
      is_replaced = is_replaced || stored->info.inode != object.source_inode;
      if (stored->info.inode == object.source_inode && !changed) changed = std::move(stored);
    }
  }
  if (changed) return std::move(*changed);
  if (!is_replaced) throw missing();
  throw Error(ErrorCode::corrupt, "another file lies in its place in the store: its own was removed there");
}

Object TreeReader::check(Object object) {
  if (is_copy(object)) {
    find_copy(object);
    return object;
  }
  const NodeInfo found = find_link(object).info;
  object.size = found.size;
  object.metadata.modified = found.metadata.modified;
  return object;
}

void TreeReader::read(const Object& object, ContentConsumer& consumer) {
  const Stored stored = find(object);
  hand_over(object, stored, consumer);
}

void TreeReader::hand_over(const Object& object, const Stored& stored, ContentConsumer& consumer) {
  const auto file = stored.folder->open_file(stored.leaf);
  if (is_copy(object)) {
    read_pieces(object, *file, consumer);
    return;
  }
  DataStream data(*file, data_ranges(*file, file->inspect()));
  RangeWriter writer(data.ranges(), consumer);
  Bytes buffer(std::min<std::uint64_t>(kReadSize, data.remaining()));
  while (data.remaining() > 0) writer.write(ByteView(buffer).first(data.read(buffer)));
  // No hash stands for an original that is linked: that it did not change is all there is.
  if (data.was_cut_short() || !is_as_captured(file->inspect(), object)) {
    throw Error(ErrorCode::corrupt, "the file was changed while it was read from the store");
  }
}

std::optional<NodeInfo> TreeReader::stored_file(const Object& object) {
  return is_copy(object) ? std::nullopt : std::optional(find_link(object).info);
}

std::optional<NodeInfo> TreeReader::link(const Object& object, WritableFolder& folder, std::string_view name) {
  if (is_copy(object)) return std::nullopt;
  const Stored stored = find_link(object);
  const bool linked = link_if_free(folder, name, *stored.folder, stored.leaf) == LinkResult::linked;
  return linked ? std::optional(stored.info) : std::nullopt;
}

ContentCheck TreeReader::verify(const Object& object, bool content) {
  const bool is_proven = is_copy(object);
  const Object now = check(object);
  Counter counter;
  if (is_proven || content) read(now, counter);
  if (now != object) throw edited();
  return {counter.bytes(), is_proven};
}

}  // namespace rehome::store
