// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/piece_hash.h"

#include <algorithm>

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "flow/store/internal/data_stream.h"

namespace rehome::store {

namespace {

constexpr std::size_t kHashSize = sizeof(Digest);

class IntoFile final : public ContentConsumer {
 public:
  explicit IntoFile(WritableFile& file) : file_(file) {}
  void write(std::uint64_t offset, ByteView bytes) override { file_.write_at(offset, bytes); }

 private:
  WritableFile& file_;
};

std::size_t piece_size(std::uint64_t data_bytes) { return std::min<std::uint64_t>(kPieceSize, data_bytes); }

}  // namespace

std::uint64_t copy_pieces(ReadableFile& from, WritableFile& to, Object& object) {
  const NodeInfo info = from.inspect();
  DataStream data(from, data_ranges(from, info));
  IntoFile file(to);
  RangeWriter writer(data.ranges(), file);
  Bytes buffer(piece_size(data.remaining()));
  std::uint64_t written = 0;
  object.piece_hashes.clear();
  do {
    const ByteView piece = ByteView(buffer).first(data.read(buffer));
    if (piece.empty() && written > 0) break;
    writer.write(piece);
    written += piece.size();
    const Digest digest = sha256(piece);
    object.piece_hashes.insert(object.piece_hashes.end(), digest.begin(), digest.end());
  } while (data.remaining() > 0);
  object.size = data.was_cut_short() ? data.end() : info.size;
  object.extents = extents_of(data.ranges(), object.size);
  to.set_size(object.size);
  return written;
}

void read_pieces(const Object& object, ReadableFile& file, ContentConsumer& consumer) {
  const std::uint64_t data_bytes = check_ranges(object);
  const std::uint64_t pieces = std::max<std::uint64_t>(1, (data_bytes + kPieceSize - 1) / kPieceSize);
  if (object.piece_hashes.size() != pieces * kHashSize) {
    throw Error(ErrorCode::corrupt, "the catalog has another number of hashes than the file has pieces");
  }
  DataStream data(file, ranges_of(object));
  RangeWriter writer(ranges_of(object), consumer);
  Bytes buffer(piece_size(data_bytes));
  for (std::uint64_t piece = 0; piece < pieces; ++piece) {
    const ByteView bytes = ByteView(buffer).first(data.read(buffer));
    const Digest digest = sha256(bytes);
    if (!std::ranges::equal(digest, ByteView(object.piece_hashes).subspan(piece * kHashSize, kHashSize))) {
      throw Error(ErrorCode::corrupt, "its content is not what was captured: the stored file was damaged or changed");
    }
    writer.write(bytes);
  }
}

}  // namespace rehome::store
