// SPDX-License-Identifier: Apache-2.0
#pragma once
// One segment of a catalog: the records of one account, about 1 MiB of them, compressed and in an envelope that binds
// them to vault, store kind, capture, account, number and whether it is the account's last. So no segment can be taken
// from another capture, left out at the end or put elsewhere without being noticed.
//
//   magic (8), format version (u32), raw length (u32), flags (u8: 1 compressed, 2 last), zeros (3), enveloped content

#include <cstdint>

#include "base/codec/compress.h"
#include "flow/store/internal/envelope.h"
#include "flow/store/internal/ids.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/vault_context.h"
#include "model/location.h"

namespace rehome::store {

constexpr std::size_t kSegmentHead = 20;
/// What the blob of a segment has at most.
constexpr std::size_t kLargestSegmentBlob = kSegmentHead + kLargestSegment + Envelope::kOverhead;

struct SegmentPlace {
  CaptureId capture;
  AccountNumber account = kSystemAccount;
  std::uint32_t number = 0;
  auto operator<=>(const SegmentPlace&) const = default;
};

struct Segment {
  Bytes raw;  // records, see catalog_records.h
  bool is_last = false;
  bool operator==(const Segment&) const = default;
};

Bytes encode_segment(const VaultContext& vault, const SegmentPlace& place, const Segment& segment,
                     Compressor& compressor);
/// Throws Error(corrupt) for anything but what encode_segment made for this very place.
Segment decode_segment(const VaultContext& vault, const SegmentPlace& place, ByteView blob);

/// Reads a segment, from its second copy where the first is damaged or gone. Throws what is wrong with the second when
/// both are (see damage.h).
Segment read_segment(const VaultContext& vault, const SegmentPlace& place);
/// One copy only, for `verify`.
Segment read_segment_copy(const VaultContext& vault, const SegmentPlace& place, Copy copy);

}  // namespace rehome::store
