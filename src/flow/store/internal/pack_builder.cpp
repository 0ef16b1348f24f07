// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/pack_builder.h"

#include <optional>
#include <utility>

#include "base/core/check.h"

namespace rehome::store {

SealedFrame seal_frame(const PackCipher& cipher, Compressor& compressor, std::uint32_t number, ByteView raw) {
  SealedFrame frame;
  frame.raw = static_cast<std::uint32_t>(raw.size());
  const std::optional<Bytes> compressed = compressor.compress(raw);
  frame.compressed = compressed.has_value();
  frame.sealed = cipher.seal_frame(number, compressed ? ByteView(*compressed) : raw);
  return frame;
}

void PackBuilder::add(std::uint32_t number, SealedFrame frame) {
  if (frames_.size() <= number) frames_.resize(number + std::size_t{1});
  check(frames_[number].sealed.empty(), "a frame of a pack has one content");
  frames_[number] = std::move(frame);
  ++added_;
}

Bytes PackBuilder::finish(const PackCipher& cipher, const std::vector<ChunkEntry>& chunks) {
  check(added_ == frames_.size(), "a pack is finished when it has all its frames");
  std::vector<FrameEntry> entries;
  for (const SealedFrame& frame : frames_) {
    entries.push_back({static_cast<std::uint32_t>(frame.sealed.size()), frame.raw, frame.compressed});
    label_.frame_bytes += frame.sealed.size();
  }
  label_.frames = static_cast<std::uint32_t>(frames_.size());
  label_.chunks = static_cast<std::uint32_t>(chunks.size());
  const Bytes label = encode_label(label_);
  const Bytes frame_table = cipher.seal_frame_table(encode_frame_table(entries));
  Bytes pack;
  pack.reserve(label_.pack_size());
  ByteWriter out(pack);
  out.bytes(label);
  out.bytes(frame_table);
  for (SealedFrame& frame : frames_) {
    out.bytes(frame.sealed);
    frame.sealed = Bytes();  // given back at once: a pack is in memory about once, not twice
  }
  out.bytes(cipher.seal_chunk_table(encode_chunk_table(chunks)));
  out.bytes(frame_table);
  out.bytes(label);
  check(pack.size() == label_.pack_size(), "a pack has the size that its label says");
  return pack;
}

}  // namespace rehome::store
