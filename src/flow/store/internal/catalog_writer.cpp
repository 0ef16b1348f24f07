// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/catalog_writer.h"

#include <utility>

#include "base/core/check.h"
#include "flow/store/internal/catalog_records.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {

CatalogWriter::CatalogWriter(const VaultContext& vault, const CaptureId& capture, const PackTable& packs)
    : vault_(vault), capture_(capture), packs_(packs), compressor_(vault.header.compression_level) {}

void CatalogWriter::add(AccountNumber account, ByteView record, std::span<const ChunkRef> chunks) {
  auto pending = pending_.lock();
  std::vector<Draft>& drafts = pending->drafts[account];
  const bool is_full = !drafts.empty() && drafts.back().records.size() + record.size() > kSegmentTarget &&
                       !drafts.back().records.empty();
  if (drafts.empty() || is_full) drafts.emplace_back();
  Draft& draft = drafts.back();
  draft.records.insert(draft.records.end(), record.begin(), record.end());
  for (const ChunkRef& chunk : chunks) draft.packs.insert(chunk.pack);
  pending->bytes += record.size();
}

std::size_t CatalogWriter::pending_bytes() const { return pending_.lock()->bytes; }

std::uint64_t CatalogWriter::stored_bytes() const { return stored_bytes_; }

CatalogWriter::Pending CatalogWriter::take_pending() { return std::exchange(*pending_.lock(), {}); }

void CatalogWriter::flush(const std::function<void()>& make_durable) {
  // Taken under this lock, so that segments are numbered in the order in which their records came.
  auto written = written_.lock();
  Pending pending = take_pending();
  make_durable();
  for (auto& [account, drafts] : pending.drafts) {
    for (Draft& draft : drafts) write(written->accounts[account], account, std::move(draft), false);
  }
}

std::vector<ManifestAccount> CatalogWriter::finish(const std::set<AccountNumber>& accounts,
                                                   const std::function<void()>& make_durable) {
  auto written = written_.lock();
  Pending pending = take_pending();
  make_durable();
  std::vector<ManifestAccount> manifest;
  for (const AccountNumber account : accounts) {
    std::vector<Draft> drafts = std::move(pending.drafts[account]);
    pending.drafts.erase(account);
    if (drafts.empty()) drafts.emplace_back();
    WrittenAccount& of_account = written->accounts[account];
    for (Draft& draft : drafts) {
      const bool is_last = &draft == &drafts.back();
      write(of_account, account, std::move(draft), is_last);
    }
    manifest.push_back({account, of_account.segments, {of_account.packs.begin(), of_account.packs.end()}});
  }
  check(pending.drafts.empty(), "every account of a capture has a number before it has objects");
  return manifest;
}

void CatalogWriter::write(WrittenAccount& written, AccountNumber account, Draft draft, bool is_last) {
  Segment segment{{}, is_last};
  for (const std::uint32_t number : draft.packs) {
    const std::optional<PackId> pack = packs_.find(account, number);
    check(pack.has_value(), "an object refers to packs that have a number");
    append_record(segment.raw, NumberedPack{number, *pack});
    written.packs.insert(*pack);
  }
  segment.raw.insert(segment.raw.end(), draft.records.begin(), draft.records.end());
  draft.records = Bytes();
  const SegmentPlace place{capture_, account, static_cast<std::uint32_t>(written.segments.size())};
  const Bytes blob = encode_segment(vault_, place, segment, compressor_);
  for (const Copy copy : {Copy::first, Copy::second}) {
    vault_.blobs.put(segment_name(capture_, account, place.number, copy), blob);
    stored_bytes_ += blob.size();
  }
  written.segments.push_back({static_cast<std::uint32_t>(blob.size()), sha256(blob)});
}

}  // namespace rehome::store
