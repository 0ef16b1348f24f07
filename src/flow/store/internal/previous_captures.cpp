// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/previous_captures.h"

#include <algorithm>
#include <tuple>

#include "flow/store/internal/damage.h"

namespace rehome::store {

namespace {

constexpr std::size_t kSegmentCacheBytes = std::size_t{32} << 20;

// A write that follows a reading within one tick of the volume's clock leaves the same time. So a time is only proof
// when it lies more than a tick before the capture began. Kernels tick every 10 ms or faster; where a time has no
// nanoseconds at all the volume may count whole seconds, or pairs of them (FAT).
constexpr std::uint32_t kTickNanoseconds = 20'000'000;
constexpr std::int64_t kCoarseTickSeconds = 2;

bool is_settled(Timestamp time, Timestamp started) {
  if (time.nanoseconds == 0) return time.seconds + kCoarseTickSeconds < started.seconds;
  Timestamp limit = time;
  limit.nanoseconds += kTickNanoseconds;
  if (limit.nanoseconds >= 1'000'000'000) {
    limit.nanoseconds -= 1'000'000'000;
    ++limit.seconds;
  }
  return limit < started;
}

/// Spreads account and inode over 64 bits; equal keys are told apart by the records themselves.
std::uint64_t key_of(const Object& object) {
  std::uint64_t key = object.source_inode * 0x9e3779b97f4a7c15ULL;
  key ^= key >> 29;
  return key ^ (std::uint64_t{object.location.account} << 40);
}

bool has_content(const Object& object) {
  return object.kind == NodeKind::file && (object.link_group == 0 || object.leads_link_group);
}

}  // namespace

bool is_untouched(const Object& object, const Object& previous, Timestamp started) {
  if (object.kind != previous.kind || object.size != previous.size || object.source_inode != previous.source_inode ||
      object.location.account != previous.location.account || object.metadata.modified != previous.metadata.modified) {
    return false;
  }
  // The same inode with the same ctime was not touched, whatever folder above it was renamed. Device numbers may change
  // when a computer starts, so the same place is as good as the same device. Another ctime with the same mtime is not
  // taken for a mere change of permissions: programs for encrypted containers and photos write and put mtime back.
  const bool is_same_file = object.location == previous.location || object.source_device == previous.source_device;
  return is_same_file && object.metadata.changed == previous.metadata.changed &&
         is_settled(object.metadata.changed, started);
}

PreviousCaptures::PreviousCaptures(const VaultContext& vault, const std::vector<CaptureEntry>& captures,
                                   const KnownPacks& known, PackTable& table)
    : vault_(vault),
      known_(known),
      table_(table),
      segments_(kSegmentCacheBytes, [](const LoadedSegment& segment) { return segment.raw.size(); }) {
  bool have_complete = false;
  for (const CaptureEntry& capture : captures) {
    if (capture.is_complete && have_complete) continue;
    have_complete |= capture.is_complete;
    read_capture(capture);
  }
  entries_.shrink_to_fit();
  std::ranges::sort(entries_, {},
                    [](const Entry& entry) { return std::tuple(entry.key, entry.source, entry.position); });
}

void PreviousCaptures::read_capture(const CaptureEntry& capture) {
  captures_.push_back(capture.start.capture);
  for (const auto& [account, count] : capture.segments) {
    for (std::uint32_t number = 0; number < count; ++number) {
      read_segment_of({{capture.start.capture, account, number}, capture.start.started});
    }
  }
}

void PreviousCaptures::read_segment_of(const Source& source) {
  const auto index = static_cast<std::uint32_t>(sources_.size());
  try {
    const Segment segment = read_segment(vault_, source.place);
    RecordReader records(segment.raw, source.place.account);
    for (std::size_t position = 0;; position = records.position()) {
      const auto record = records.next();
      if (!record) break;
      note(*record, index, position);
    }
  } catch (const Error& error) {
    if (!is_damage(error)) throw;
  }
  sources_.push_back(source);
}

void PreviousCaptures::note(const CatalogRecord& record, std::uint32_t source, std::size_t position) {
  if (const auto* object = std::get_if<Object>(&record); object != nullptr && has_content(*object)) {
    entries_.push_back({key_of(*object), source, static_cast<std::uint32_t>(position)});
  } else if (const auto* account = std::get_if<KnownAccount>(&record)) {
    accounts_.push_back(*account);
  }
}

PreviousCaptures::LoadedSegment PreviousCaptures::load(std::uint32_t source) const {
  const SegmentPlace& place = sources_[source].place;
  LoadedSegment loaded{read_segment(vault_, place).raw, {}};
  RecordReader records(loaded.raw, place.account);
  while (const auto record = records.next()) {
    const auto* pack = std::get_if<NumberedPack>(&*record);
    if (pack == nullptr) break;  // they stand before everything else
    loaded.packs.emplace(pack->number, pack->pack);
  }
  return loaded;
}

std::optional<Object> PreviousCaptures::find(const Object& object) const {
  const std::uint64_t key = key_of(object);
  for (const Entry& entry : std::ranges::equal_range(entries_, key, {}, &Entry::key)) {
    try {
      auto previous = object_at(entry);
      if (previous && is_untouched(object, *previous, sources_[entry.source].started)) return previous;
    } catch (const Error& error) {
      if (!is_damage(error)) throw;  // damaged since it was read: the file is simply read again
    }
  }
  return std::nullopt;
}

/// nullopt where its content is not to be had.
std::optional<Object> PreviousCaptures::object_at(const Entry& entry) const {
  const auto segment = segments_.get(entry.source, [&] { return load(entry.source); });
  const AccountNumber account = sources_[entry.source].place.account;
  RecordReader records(segment->raw, account);
  records.seek(entry.position);
  const auto record = records.next();
  if (!record || !std::holds_alternative<Object>(*record)) return std::nullopt;
  Object object = std::get<Object>(*record);
  for (ChunkRef& chunk : object.chunks) {
    const auto pack = segment->packs.find(chunk.pack);
    if (pack == segment->packs.end()) return std::nullopt;
    const PackPlace place{account, pack->second};
    if (!known_.usable(place)) return std::nullopt;
    chunk.pack = table_.number_of(place);
  }
  return object;
}

}  // namespace rehome::store
