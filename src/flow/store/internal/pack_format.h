// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a pack looks like, shared by pack_builder (which writes one) and pack_reader (which opens one).
//
//   label · frame table · frame 0 · frame 1 · … · chunk table · frame table · label
//
// The label is clear; tables and frames are each in an envelope. Label and frame table are there twice, at both ends,
// so that neither a damaged block nor a cut-off end takes more with it than the frames it hit. The chunk table is
// needed for deduplication only.

#include <array>
#include <cstdint>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/bytes.h"
#include "flow/store/internal/ids.h"
#include "flow/store/internal/key_ring.h"
#include "flow/store/internal/names.h"
#include "model/capture.h"

namespace rehome::store {

/// First 16 bytes of HMAC-SHA-256 of the chunk under a key of the account.
using ChunkId = std::array<std::uint8_t, 16>;

using PackSalt = std::array<std::uint8_t, 32>;

/// Clear, at both ends of a pack.
struct PackLabel {
  PackPlace place;
  PackSalt salt{};
  std::uint32_t frames = 0;       // how many
  std::uint32_t chunks = 0;       // how many
  std::uint64_t frame_bytes = 0;  // stored bytes of all frames
  bool operator==(const PackLabel&) const = default;

  std::uint64_t frame_table_size() const;  // with its envelope
  std::uint64_t chunk_table_size() const;
  std::uint64_t first_frame_at() const;
  std::uint64_t chunk_table_at() const { return first_frame_at() + frame_bytes; }
  std::uint64_t last_frame_table_at() const { return chunk_table_at() + chunk_table_size(); }
  std::uint64_t pack_size() const;
};

/// magic (8), version (u32), account (u32), pack (16), salt (32), frames (u32), chunks (u32), frame bytes (u64),
/// SHA-256 of all of it (32).
constexpr std::size_t kLabelSize = 112;
Bytes encode_label(const PackLabel& label);
/// Throws Error(corrupt), Error(unsupported_version) or Error(limit_exceeded).
PackLabel decode_label(ByteView bytes);

struct FrameEntry {
  std::uint32_t stored = 0;  // bytes with the envelope
  std::uint32_t raw = 0;     // bytes when opened and decompressed
  bool compressed = false;
  std::uint64_t offset = 0;  // in the pack; not stored, it follows from the lengths before
  bool operator==(const FrameEntry&) const = default;
};
/// stored (u32), raw (u32), 1 when compressed (u8), per frame.
Bytes encode_frame_table(const std::vector<FrameEntry>& frames);
/// Throws Error(corrupt) unless the table fits the label in every number.
std::vector<FrameEntry> decode_frame_table(ByteView table, const PackLabel& label);

struct ChunkEntry {
  ChunkId id{};
  std::uint32_t frame = 0;
  std::uint32_t offset = 0;  // into the opened frame
  std::uint32_t length = 0;
  bool operator==(const ChunkEntry&) const = default;
};
/// id (16), frame (u32), offset (u32), length (u32), per chunk.
Bytes encode_chunk_table(const std::vector<ChunkEntry>& chunks);
/// Throws Error(corrupt) when a chunk lies outside of its frame.
std::vector<ChunkEntry> decode_chunk_table(ByteView table, const std::vector<FrameEntry>& frames);

/// Seals and opens the parts of one pack. What is sealed is bound to vault, store kind, account, pack and place in it.
/// Any thread may use it.
class PackCipher {
 public:
  PackCipher(const KeyRing& keys, const VaultId& vault, const PackPlace& place, const PackSalt& salt);

  Bytes seal_frame(std::uint32_t number, ByteView plain) const;
  Bytes open_frame(std::uint32_t number, ByteView sealed) const;
  Bytes seal_frame_table(ByteView plain) const;
  Bytes open_frame_table(ByteView sealed) const;
  Bytes seal_chunk_table(ByteView plain) const;
  Bytes open_chunk_table(ByteView sealed) const;

 private:
  enum class Part : std::uint8_t { frame = 1, frame_table = 2, chunk_table = 3 };
  Bytes binding(Part part) const;

  VaultId vault_;
  PackPlace place_;
  Secret key_;
};

}  // namespace rehome::store
