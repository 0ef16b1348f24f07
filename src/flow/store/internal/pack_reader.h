// SPDX-License-Identifier: Apache-2.0
#pragma once
// Opens packs. In: the place of a pack in a BlobStore that may hold anything. Out: raw frames, each authenticated and
// of the size that the sealed frame table says. Immutable once open: any thread may use it.

#include <vector>

#include "flow/store/internal/key_ring.h"
#include "flow/store/internal/pack_format.h"
#include "model/blob_store.h"

namespace rehome::store {

class PackReader {
 public:
  /// Reads label and frame table, from whichever end of the pack is whole. Throws Error(corrupt), Error(not_found),
  /// Error(wrong_key).
  PackReader(BlobStore& blobs, const KeyRing& keys, const VaultId& vault, const PackPlace& place);

  const PackLabel& label() const { return label_; }
  const std::vector<FrameEntry>& frames() const { return frames_; }

  /// Reads one frame from the store and opens it. Throws Error(corrupt) naming pack and frame.
  Bytes read_frame(std::uint32_t number) const;
  /// The same from bytes of the whole pack that are in memory already.
  Bytes open_frame(std::uint32_t number, ByteView stored) const;
  /// The chunk table, for deduplication.
  std::vector<ChunkEntry> read_chunks() const;

  /// "pack 3f… of account 2", for messages.
  std::string description() const;

 private:
  std::vector<FrameEntry> read_frame_table() const;
  std::vector<FrameEntry> frame_table_at(std::uint64_t offset) const;

  BlobStore& blobs_;
  PackPlace place_;
  BlobName name_;
  PackLabel label_;
  PackCipher cipher_;
  std::vector<FrameEntry> frames_;
};

/// The label of a pack, from its beginning or, where that is damaged, its end.
PackLabel read_pack_label(BlobStore& blobs, const PackPlace& place);

std::string describe(const PackPlace& place);

}  // namespace rehome::store
