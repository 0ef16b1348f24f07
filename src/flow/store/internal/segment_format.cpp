// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/segment_format.h"

#include <new>
#include <optional>
#include <string>

#include "base/core/check.h"
#include "base/core/error.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/framed_blob.h"

namespace rehome::store {

namespace {

constexpr std::string_view kMagic = "RHSEGM1\n";
constexpr std::uint8_t kCompressed = 1;
constexpr std::uint8_t kLast = 2;

void require(bool condition) {
  if (!condition) throw Error(ErrorCode::corrupt, "a segment of the catalog is damaged");
}

Bytes encode_head(std::size_t raw_size, std::uint8_t flags) {
  Bytes head;
  ByteWriter out(head);
  out.bytes(as_bytes(kMagic));
  out.u32(kFormatVersion);
  out.u32(static_cast<std::uint32_t>(raw_size));
  out.u8(flags);
  out.bytes(Bytes(3));
  return head;
}

Bytes binding(const VaultContext& vault, const SegmentPlace& place, ByteView head) {
  Bytes bytes;
  ByteWriter out(bytes);
  out.bytes(as_bytes("rehome catalog"));
  out.bytes(vault.header.vault.bytes);
  out.u8(static_cast<std::uint8_t>(vault.header.kind));
  out.bytes(place.capture.bytes);
  out.u32(place.account);
  out.u32(place.number);
  out.bytes(head);
  return bytes;
}

/// Catalogs shrink to a tenth or so. What claims to have shrunk to nothing would take memory out of all proportion to
/// the store, so a segment that really did is stored as it is.
bool is_plausible(std::size_t raw, std::size_t compressed) {
  return raw <= kPlausibleSegment || raw / kMostSegmentRatio <= compressed;
}

Bytes decompress(ByteView compressed, std::size_t raw_size) {
  try {
    return Decompressor().decompress(compressed, raw_size);
  } catch (const std::bad_alloc&) {
    throw Error(ErrorCode::limit_exceeded, "a segment of the catalog takes more memory than there is");
  }
}

/// The key belongs to one capture and account, so a segment's number is used with it once.
Envelope envelope_of(const VaultContext& vault, const SegmentPlace& place) {
  return Envelope(vault.keys.catalog_key(place.account, place.capture));
}

}  // namespace

Bytes encode_segment(const VaultContext& vault, const SegmentPlace& place, const Segment& segment,
                     Compressor& compressor) {
  if (segment.raw.size() > kLargestSegment) {
    throw Error(ErrorCode::limit_exceeded, "one object is too large for the catalog (a file of over 8 TB)");
  }
  std::optional<Bytes> compressed = compressor.compress(segment.raw);
  if (compressed && !is_plausible(segment.raw.size(), compressed->size())) compressed.reset();
  const auto flags = static_cast<std::uint8_t>((compressed ? kCompressed : 0) | (segment.is_last ? kLast : 0));
  Bytes blob = encode_head(segment.raw.size(), flags);
  const ByteView content = compressed ? ByteView(*compressed) : ByteView(segment.raw);
  const Bytes sealed = envelope_of(vault, place).seal(place.number, binding(vault, place, blob), content);
  ByteWriter(blob).bytes(sealed);
  return blob;
}

Segment decode_segment(const VaultContext& vault, const SegmentPlace& place, ByteView blob) {
  require(blob.size() >= kSegmentHead);
  const ByteView head = blob.first(kSegmentHead);
  ByteReader in(head, "a segment of the catalog");
  require(as_text(in.bytes(kMagic.size())) == kMagic);
  require(in.u32() == kFormatVersion);  // the manifest, which has a checksum of its own, told newer programs apart
  const std::uint32_t raw_size = in.u32();
  const std::uint8_t flags = in.u8();
  require(raw_size <= kLargestSegment && flags <= (kCompressed | kLast));
  Segment segment;
  segment.is_last = (flags & kLast) != 0;
  segment.raw = envelope_of(vault, place).open(place.number, binding(vault, place, head), blob.subspan(kSegmentHead));
  if ((flags & kCompressed) != 0) {
    require(is_plausible(raw_size, segment.raw.size()));
    segment.raw = decompress(segment.raw, raw_size);
  }
  require(segment.raw.size() == raw_size);
  return segment;
}

Segment read_segment_copy(const VaultContext& vault, const SegmentPlace& place, Copy copy) {
  const BlobName name = segment_name(place.capture, place.account, place.number, copy);
  try {
    return decode_segment(vault, place, vault.blobs.get(name, kLargestSegmentBlob));
  } catch (const Error& error) {
    throw Error(error).add_context("while reading " + name);
  }
}

Segment read_segment(const VaultContext& vault, const SegmentPlace& place) {
  try {
    return read_segment_copy(vault, place, Copy::first);
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
  }
  return read_segment_copy(vault, place, Copy::second);
}

}  // namespace rehome::store
