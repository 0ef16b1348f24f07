// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_content_reader.h"

#include <algorithm>
#include <string>

#include "flow/store/internal/damage.h"
#include "flow/store/internal/data_stream.h"

namespace rehome::store {

namespace {

constexpr std::size_t kFrameCacheBytes = std::size_t{64} << 20;
constexpr std::size_t kPackCacheEntries = std::size_t{1}
                                          << 20;  // frame table entries of 24 bytes, and as much per pack
constexpr std::size_t kPackWeight = 16;

class NoConsumer final : public ContentConsumer {
 public:
  void write(std::uint64_t, ByteView) override {}
};

Error beyond_frame() { return {ErrorCode::corrupt, "the catalog refers to bytes beyond the end of a frame"}; }

/// A broken sector under a pack is damage to some files, not the end of a restore.
template <typename Action>
auto with_damage_as_corrupt(const Action& action) {
  try {
    return action();
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    throw Error(ErrorCode::corrupt, error.what(), error.system_code());
  }
}

}  // namespace

PackContentReader::PackContentReader(BlobStore& blobs, const KeyRing& keys, const VaultId& vault,
                                     const PackTable& table)
    : blobs_(blobs),
      keys_(keys),
      vault_(vault),
      table_(table),
      packs_(kPackCacheEntries, [](const PackReader& pack) { return kPackWeight + pack.frames().size(); }),
      sizes_(kPackCacheEntries, [](std::uint64_t) { return 1; }),
      frames_(kFrameCacheBytes, [](const Bytes& frame) { return frame.size(); }) {}

PackPlace PackContentReader::place_of(AccountNumber account, const ChunkRef& ref) const {
  const std::optional<PackId> pack = table_.find(account, ref.pack);
  if (!pack) throw Error(ErrorCode::corrupt, "the catalog refers to a pack that it does not list");
  return {account, *pack};
}

std::shared_ptr<const PackReader> PackContentReader::open(const PackPlace& pack) {
  return packs_.get(pack, [&] { return PackReader(blobs_, keys_, vault_, pack); });
}

/// Label and frame table, which are there twice, say where each frame lies; the size of the blob, whether it can.
void PackContentReader::check_chunk(const PackPlace& place, const ChunkRef& chunk) {
  const std::shared_ptr<const PackReader> pack = open(place);
  const std::uint64_t size =
      *sizes_.get(place, [&] { return blobs_.size_of(pack_name(place.account, place.pack)).value_or(0); });
  const std::string frame = "frame " + std::to_string(chunk.frame) + " of " + describe(place);
  if (chunk.frame >= pack->frames().size()) throw Error(ErrorCode::corrupt, "there is no " + frame);
  const FrameEntry& entry = pack->frames()[chunk.frame];
  if (entry.offset + entry.stored > size) throw Error(ErrorCode::corrupt, frame + " is cut off");
  if (std::uint64_t{chunk.offset} + chunk.length > entry.raw) throw beyond_frame();
}

Object PackContentReader::check(Object object) {
  check_shape(object);
  for (const ChunkRef& chunk : object.chunks) {
    with_damage_as_corrupt([&] { check_chunk(place_of(object.location.account, chunk), chunk); });
  }
  return object;
}

std::shared_ptr<const Bytes> PackContentReader::frame_of(AccountNumber account, const ChunkRef& ref) {
  const FramePlace place{place_of(account, ref), ref.frame};
  return with_damage_as_corrupt(
      [&] { return frames_.get(place, [&] { return open(place.pack)->read_frame(place.frame); }); });
}

void PackContentReader::read(const Object& object, ContentConsumer& consumer) {
  check_shape(object);
  RangeWriter writer(ranges_of(object), consumer);
  for (const ChunkRef& chunk : object.chunks) {
    const std::shared_ptr<const Bytes> frame = frame_of(object.location.account, chunk);
    if (std::uint64_t{chunk.offset} + chunk.length > frame->size()) throw beyond_frame();
    writer.write(ByteView(*frame).subspan(chunk.offset, chunk.length));
  }
}

std::optional<NodeInfo> PackContentReader::stored_file(const Object&) { return std::nullopt; }

std::optional<NodeInfo> PackContentReader::link(const Object&, WritableFolder&, std::string_view) {
  return std::nullopt;
}

ContentCheck PackContentReader::verify(const Object& object, bool) {
  NoConsumer nowhere;
  read(object, nowhere);
  return {data_bytes(object), true};
}

}  // namespace rehome::store
