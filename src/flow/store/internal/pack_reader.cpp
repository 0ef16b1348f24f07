// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_reader.h"

#include <string>

#include "base/codec/compress.h"
#include "base/core/error.h"
#include "flow/store/internal/damage.h"

namespace rehome::store {

namespace {

PackLabel label_at(BlobStore& blobs, const PackPlace& place, std::uint64_t offset) {
  const PackLabel label = decode_label(blobs.get_range(pack_name(place.account, place.pack), offset, kLabelSize));
  if (label.place != place) {
    throw Error(ErrorCode::corrupt, describe(place) + " is damaged: another pack lies in its place");
  }
  return label;
}

PackLabel label_at_end(BlobStore& blobs, const PackPlace& place) {
  const std::uint64_t size = blobs.size_of(pack_name(place.account, place.pack)).value_or(0);
  if (size < kLabelSize) throw Error(ErrorCode::corrupt, describe(place) + " is damaged: it is cut off");
  return label_at(blobs, place, size - kLabelSize);
}

}  // namespace

std::string describe(const PackPlace& place) {
  return "pack " + to_hex(place.pack) + " of account " + std::to_string(place.account);
}

PackLabel read_pack_label(BlobStore& blobs, const PackPlace& place) {
  try {
    return label_at(blobs, place, 0);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) throw Error(ErrorCode::corrupt, describe(place) + " is missing");
    if (!is_damage(error)) throw;
  }
  return label_at_end(blobs, place);
}

PackReader::PackReader(BlobStore& blobs, const KeyRing& keys, const VaultId& vault, const PackPlace& place)
    : blobs_(blobs),
      place_(place),
      name_(pack_name(place.account, place.pack)),
      label_(read_pack_label(blobs, place)),
      cipher_(keys, vault, place, label_.salt),
      frames_(read_frame_table()) {}

std::vector<FrameEntry> PackReader::frame_table_at(std::uint64_t offset) const {
  return decode_frame_table(cipher_.open_frame_table(blobs_.get_range(name_, offset, label_.frame_table_size())),
                            label_);
}

std::vector<FrameEntry> PackReader::read_frame_table() const {
  try {
    return frame_table_at(kLabelSize);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
  }
  try {
    return frame_table_at(label_.last_frame_table_at());
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
    throw Error(ErrorCode::corrupt, "both frame tables of " + description() + " are damaged");
  }
}

Bytes PackReader::read_frame(std::uint32_t number) const {
  if (number >= frames_.size()) {
    throw Error(ErrorCode::corrupt, description() + " has no frame " + std::to_string(number));
  }
  try {
    return open_frame(number, blobs_.get_range(name_, frames_[number].offset, frames_[number].stored));
  } catch (Error& error) {
    throw error.add_context("while reading frame " + std::to_string(number) + " of " + description());
  }
}

Bytes PackReader::open_frame(std::uint32_t number, ByteView stored) const {
  const FrameEntry& frame = frames_.at(number);
  Bytes plain = cipher_.open_frame(number, stored);
  if (frame.compressed) plain = Decompressor().decompress(plain, frame.raw);
  if (plain.size() != frame.raw) throw Error(ErrorCode::corrupt, "a frame is not of the size it should have");
  return plain;
}

std::vector<ChunkEntry> PackReader::read_chunks() const {
  const Bytes sealed = blobs_.get_range(name_, label_.chunk_table_at(), label_.chunk_table_size());
  try {
    return decode_chunk_table(cipher_.open_chunk_table(sealed), frames_);
  } catch (Error& error) {
    throw error.add_context("while reading the chunk table of " + description());
  }
}

std::string PackReader::description() const { return describe(place_); }

}  // namespace rehome::store
