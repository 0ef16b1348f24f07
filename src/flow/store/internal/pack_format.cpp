// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_format.h"

#include <string>

#include "base/codec/hash.h"
#include "base/core/error.h"
#include "flow/store/internal/envelope.h"
#include "flow/store/internal/framed_blob.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

constexpr std::string_view kMagic = "RHPACK1\n";
constexpr std::size_t kFrameEntrySize = 9;
constexpr std::size_t kChunkEntrySize = 28;

// Envelope counters: a frame's is its number; the tables' lie beyond every frame number.
constexpr std::uint64_t kFrameTableCounter = std::uint64_t{1} << 32;
constexpr std::uint64_t kChunkTableCounter = kFrameTableCounter + 1;

void require(bool condition, std::string_view what) {
  if (!condition) throw Error(ErrorCode::corrupt, "the " + std::string(what) + " of a pack is damaged");
}

}  // namespace

std::uint64_t PackLabel::frame_table_size() const {
  return std::uint64_t{frames} * kFrameEntrySize + Envelope::kOverhead;
}
std::uint64_t PackLabel::chunk_table_size() const {
  return std::uint64_t{chunks} * kChunkEntrySize + Envelope::kOverhead;
}
std::uint64_t PackLabel::first_frame_at() const { return kLabelSize + frame_table_size(); }
std::uint64_t PackLabel::pack_size() const { return last_frame_table_at() + frame_table_size() + kLabelSize; }

Bytes encode_label(const PackLabel& label) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.bytes(as_bytes(kMagic));
  out.u32(kFormatVersion);
  out.u32(label.place.account);
  out.bytes(label.place.pack.bytes);
  out.bytes(label.salt);
  out.u32(label.frames);
  out.u32(label.chunks);
  out.u64(label.frame_bytes);
  out.bytes(sha256(bytes));
  return bytes;
}

PackLabel decode_label(ByteView bytes) {
  require(bytes.size() == kLabelSize, "label");
  const ByteView covered = bytes.first(kLabelSize - sizeof(Digest));
  require(equal_in_constant_time(sha256(covered), bytes.last(sizeof(Digest))), "label");
  ByteReader in(covered, "the label of a pack");
  require(as_text(in.bytes(kMagic.size())) == kMagic, "label");
  check_version(in.u32(), "a pack");
  PackLabel label;
  label.place.account = in.u32();
  label.place.pack = read_id<PackId>(in);
  const ByteView salt = in.bytes(label.salt.size());
  std::copy(salt.begin(), salt.end(), label.salt.begin());
  label.frames = in.u32();
  label.chunks = in.u32();
  label.frame_bytes = in.u64();
  if (label.frames > kMostFrames || label.chunks > kMostChunks || label.frame_bytes > kLargestPack) {
    throw Error(ErrorCode::limit_exceeded, "a pack claims to be larger than any pack is");
  }
  return label;
}

Bytes encode_frame_table(const std::vector<FrameEntry>& frames) {
  Bytes table;
  table.reserve(frames.size() * kFrameEntrySize);
  ByteWriter out(table);
  for (const FrameEntry& frame : frames) {
    out.u32(frame.stored);
    out.u32(frame.raw);
    out.u8(frame.compressed ? 1 : 0);
  }
  return table;
}

std::vector<FrameEntry> decode_frame_table(ByteView table, const PackLabel& label) {
  require(table.size() == label.frames * kFrameEntrySize, "frame table");
  ByteReader in(table, "the frame table of a pack");
  std::vector<FrameEntry> frames(label.frames);
  std::uint64_t offset = label.first_frame_at();
  for (FrameEntry& frame : frames) {
    frame.stored = in.u32();
    frame.raw = in.u32();
    const std::uint8_t compressed = in.u8();
    require(compressed <= 1 && frame.raw <= kLargestFrame, "frame table");
    frame.compressed = compressed == 1;
    const std::uint64_t largest = std::uint64_t{frame.raw} + Envelope::kOverhead;
    require(frame.stored >= Envelope::kOverhead && frame.stored <= largest, "frame table");
    frame.offset = offset;
    offset += frame.stored;
  }
  require(offset == label.chunk_table_at(), "frame table");
  return frames;
}

Bytes encode_chunk_table(const std::vector<ChunkEntry>& chunks) {
  Bytes table;
  table.reserve(chunks.size() * kChunkEntrySize);
  ByteWriter out(table);
  for (const ChunkEntry& chunk : chunks) {
    out.bytes(chunk.id);
    out.u32(chunk.frame);
    out.u32(chunk.offset);
    out.u32(chunk.length);
  }
  return table;
}

std::vector<ChunkEntry> decode_chunk_table(ByteView table, const std::vector<FrameEntry>& frames) {
  require(table.size() % kChunkEntrySize == 0, "chunk table");
  ByteReader in(table, "the chunk table of a pack");
  std::vector<ChunkEntry> chunks(table.size() / kChunkEntrySize);
  for (ChunkEntry& chunk : chunks) {
    const ByteView id = in.bytes(chunk.id.size());
    std::copy(id.begin(), id.end(), chunk.id.begin());
    chunk.frame = in.u32();
    chunk.offset = in.u32();
    chunk.length = in.u32();
    require(chunk.frame < frames.size() && std::uint64_t{chunk.offset} + chunk.length <= frames[chunk.frame].raw &&
                chunk.length > 0,
            "chunk table");
  }
  return chunks;
}

PackCipher::PackCipher(const KeyRing& keys, const VaultId& vault, const PackPlace& place, const PackSalt& salt)
    : vault_(vault), place_(place), key_(keys.pack_key(place.account, salt)) {}

Bytes PackCipher::binding(Part part) const {
  Bytes bytes;
  ByteWriter out(bytes);
  out.bytes(as_bytes("rehome pack"));
  out.bytes(vault_.bytes);
  out.u8(static_cast<std::uint8_t>(StoreKind::compressed));  // the only kind that has packs
  out.u32(place_.account);
  out.bytes(place_.pack.bytes);
  out.u8(static_cast<std::uint8_t>(part));
  return bytes;
}

Bytes PackCipher::seal_frame(std::uint32_t number, ByteView plain) const {
  return Envelope(key_).seal(number, binding(Part::frame), plain);
}
Bytes PackCipher::open_frame(std::uint32_t number, ByteView sealed) const {
  return Envelope(key_).open(number, binding(Part::frame), sealed);
}
Bytes PackCipher::seal_frame_table(ByteView plain) const {
  return Envelope(key_).seal(kFrameTableCounter, binding(Part::frame_table), plain);
}
Bytes PackCipher::open_frame_table(ByteView sealed) const {
  return Envelope(key_).open(kFrameTableCounter, binding(Part::frame_table), sealed);
}
Bytes PackCipher::seal_chunk_table(ByteView plain) const {
  return Envelope(key_).seal(kChunkTableCounter, binding(Part::chunk_table), plain);
}
Bytes PackCipher::open_chunk_table(ByteView sealed) const {
  return Envelope(key_).open(kChunkTableCounter, binding(Part::chunk_table), sealed);
}

}  // namespace rehome::store
