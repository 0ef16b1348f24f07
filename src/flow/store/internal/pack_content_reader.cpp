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

}  // namespace

void check_shape(const Object& object) {
  const std::uint64_t in_ranges = check_ranges(object);
  std::uint64_t in_chunks = 0;
  for (const ChunkRef& chunk : object.chunks) in_chunks += chunk.length;
  if (in_ranges != in_chunks) {
    throw Error(ErrorCode::corrupt, "the catalog gives a file another amount of content than its size says");
  }
}

PackContentReader::PackContentReader(BlobStore& blobs, const KeyRing& keys, const VaultId& vault,
                                     const PackTable& table)
    : blobs_(blobs),
      keys_(keys),
      vault_(vault),
      table_(table),
      packs_(kPackCacheEntries, [](const PackReader& pack) { return kPackWeight + pack.frames().size(); }),
      frames_(kFrameCacheBytes, [](const Bytes& frame) { return frame.size(); }) {}

std::shared_ptr<const Bytes> PackContentReader::frame_of(AccountNumber account, const ChunkRef& ref) {
  const std::optional<PackId> pack = table_.find(account, ref.pack);
  if (!pack) throw Error(ErrorCode::corrupt, "the catalog refers to a pack that it does not list");
  const FramePlace place{{account, *pack}, ref.frame};
  try {
    return frames_.get(place, [&] {
      return packs_.get(place.pack, [&] { return PackReader(blobs_, keys_, vault_, place.pack); })
          ->read_frame(place.frame);
    });
  } catch (const Error& error) {
    // A broken sector under a pack is damage to some files, not the end of a restore.
    if (!is_damage(error)) throw;
    throw Error(ErrorCode::corrupt, error.what(), error.system_code());
  }
}

void PackContentReader::read(const Object& object, ContentConsumer& consumer) {
  check_shape(object);
  RangeWriter writer(ranges_of(object), consumer);
  for (const ChunkRef& chunk : object.chunks) {
    const std::shared_ptr<const Bytes> frame = frame_of(object.location.account, chunk);
    if (std::uint64_t{chunk.offset} + chunk.length > frame->size()) {
      throw Error(ErrorCode::corrupt, "the catalog refers to bytes beyond the end of a frame");
    }
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
