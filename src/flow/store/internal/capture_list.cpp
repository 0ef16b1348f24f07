// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/capture_list.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "flow/store/internal/damage.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

namespace {

void note(CaptureEntry& entry, const CaptureBlob& blob, const BlobInfo& info) {
  entry.blobs.push_back(info);
  entry.is_complete |= blob.what == CaptureBlob::What::complete || blob.what == CaptureBlob::What::complete_copy;
  if (blob.what != CaptureBlob::What::segment && blob.what != CaptureBlob::What::segment_copy) return;
  std::uint32_t& count = entry.segments[blob.account];
  if (blob.segment < UINT32_MAX) count = std::max(count, blob.segment + 1);
}

/// nullopt where nothing that can be read says when the capture began.
std::optional<CaptureStart> read_start(BlobStore& blobs, const CaptureEntry& entry) {
  const CaptureId& capture = entry.start.capture;
  try {
    return decode_start(blobs.get(started_name(capture), kLargestMark), capture);
  } catch (const Error& error) {
    if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
  }
  try {
    return entry.is_complete ? std::optional(read_manifest(blobs, capture).start) : std::nullopt;
  } catch (const Error& error) {
    if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
    return std::nullopt;
  }
}

}  // namespace

std::vector<CaptureEntry> list_captures(BlobStore& blobs) {
  std::map<CaptureId, CaptureEntry> found;
  for (const BlobInfo& info : blobs.list("captures")) {
    const auto blob = parse_capture_blob(info.name);
    if (!blob || blob->what == CaptureBlob::What::stranger) continue;
    CaptureEntry& entry = found[blob->capture];
    entry.start.capture = blob->capture;
    note(entry, *blob, info);
  }
  std::vector<CaptureEntry> entries;
  for (auto& [capture, entry] : found) {
    const std::optional<CaptureStart> start = read_start(blobs, entry);
    entry.is_dated = start.has_value();
    if (start) entry.start = *start;
    entries.push_back(std::move(entry));
  }
  const auto age = [](const CaptureEntry& entry) { return std::pair(entry.start.sequence, entry.start.capture); };
  std::ranges::sort(entries, std::greater(), age);
  return entries;
}

void heal_manifests(BlobStore& blobs) {
  for (const CaptureEntry& entry : list_captures(blobs)) {
    if (!entry.is_complete) continue;
    const CaptureId& capture = entry.start.capture;
    for (const Copy copy : {Copy::first, Copy::second}) {
      if (blobs.size_of(complete_name(capture, copy))) continue;
      try {
        blobs.put(complete_name(capture, copy), encode_manifest(read_manifest(blobs, capture)));
      } catch (const Error& error) {
        if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
      }
    }
  }
}

PackSizes list_packs(BlobStore& blobs) {
  PackSizes sizes;
  for (const BlobInfo& blob : blobs.list("packs")) {
    if (const auto place = parse_pack_name(blob.name)) sizes.emplace(*place, blob.size);
  }
  return sizes;
}

}  // namespace rehome::store
