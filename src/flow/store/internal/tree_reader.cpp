// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_reader.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/data_stream.h"
#include "flow/store/internal/piece_hash.h"
#include "flow/store/internal/tree_link.h"

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

std::optional<NodeInfo> inspect_file(TreeVolume& tree, const TreePath& path, TreeFolders::Handle& folder) {
  folder = tree.folders().find(path.folder);
  if (folder == nullptr) return std::nullopt;
  try {
    NodeInfo info = folder->inspect(path.leaf);
    if (info.kind == NodeKind::file) return info;
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return std::nullopt;
}

bool is_as_captured(const NodeInfo& found, const Object& object) {
  return found.inode == object.source_inode && found.size == object.size &&
         found.metadata.modified == object.metadata.modified;
}

Error missing() {
  return {ErrorCode::corrupt,
          "its content is not in the store: it was removed, or the volume it lies on is not mounted"};
}

}  // namespace

TreeReader::TreeReader(const TreePlace& place, std::string capture_id)
    : kind_(place.kind), capture_id_(std::move(capture_id)) {
  trees_.push_back(open_main_tree(place));
  if (trees_.front() == nullptr) {
    throw Error(ErrorCode::corrupt, "the store has lost its folder " + join(place.store_path, kTreeName));
  }
  for (auto& sister : open_sisters(place, *trees_.front())) trees_.push_back(std::move(sister));
}

bool TreeReader::is_copy(const Object& object) const {
  return kind_ == StoreKind::uncompressed || !object.piece_hashes.empty();
}

TreeReader::Stored TreeReader::find(const Object& object) {
  if (!is_copy(object)) return find_link(object);
  const TreePath path = tree_path(capture_id_, object.location);
  Stored stored{.folder = nullptr, .leaf = path.leaf, .node = {}};
  const auto found = inspect_file(*trees_.front(), path, stored.folder);
  if (!found) throw missing();
  if (found->size != object.size) {
    throw Error(ErrorCode::corrupt, "the stored file has " + std::to_string(found->size) + " bytes, not the " +
                                        std::to_string(object.size) + " that were captured");
  }
  return stored;
}

/// The tree of the same device is asked first, but device numbers change with every start of a computer.
TreeReader::Stored TreeReader::find_link(const Object& object) {
  const TreePath path = tree_path(capture_id_, object.location);
  bool has_changed = false;
  for (const bool same_device : {true, false}) {
    for (const auto& tree : trees_) {
      if ((tree->identity().device == object.source_device) != same_device) continue;
      Stored stored{.folder = nullptr, .leaf = path.leaf, .node = {}};
      const auto found = inspect_file(*tree, path, stored.folder);
      if (found && is_as_captured(*found, object)) {
        stored.node = *found;
        return stored;
      }
      has_changed = has_changed || found;
    }
  }
  if (!has_changed) throw missing();
  throw Error(ErrorCode::corrupt, "the file was changed after it was captured; what it is now still lies in the store");
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
  return is_copy(object) ? std::nullopt : std::optional(find_link(object).node);
}

std::optional<NodeInfo> TreeReader::link(const Object& object, WritableFolder& folder, std::string_view name) {
  if (is_copy(object)) return std::nullopt;
  const Stored stored = find_link(object);
  const bool linked = link_if_free(folder, name, *stored.folder, stored.leaf) == LinkResult::linked;
  return linked ? std::optional(stored.node) : std::nullopt;
}

ContentCheck TreeReader::verify(const Object& object, bool content) {
  const Stored stored = find(object);
  const bool is_proven = is_copy(object);
  if (!is_proven && !content) return {0, false};
  Counter counter;
  hand_over(object, stored, counter);
  return {counter.bytes(), is_proven};
}

}  // namespace rehome::store
