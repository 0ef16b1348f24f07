// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/capture_reader.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"

namespace rehome::store {

namespace {

Segment read_in_place(const VaultContext& vault, const Manifest& manifest, const SegmentPlace& place) {
  Segment segment = read_segment(vault, place);
  const ManifestAccount* account = manifest.find(place.account);
  if (account == nullptr || segment.is_last != (place.number + 1 == account->segments.size())) {
    throw Error(ErrorCode::corrupt, "the manifest of the capture does not fit its catalog");
  }
  return segment;
}

CaptureInfo info_of_account(const VaultContext& vault, const Manifest& manifest, const ManifestAccount& account) {
  if (account.segments.empty()) throw Error(ErrorCode::corrupt, "the manifest lists an account without a catalog");
  const auto last = static_cast<std::uint32_t>(account.segments.size() - 1);
  const Segment segment = read_in_place(vault, manifest, {manifest.start.capture, account.account, last});
  RecordReader records(segment.raw, account.account);
  while (auto record = records.next()) {
    if (auto* info = std::get_if<CaptureInfo>(&*record)) return std::move(*info);
  }
  throw Error(ErrorCode::corrupt, "the catalog does not say what computer was captured");
}

/// Adds what one account's own record says to what others said.
void merge(std::optional<CaptureInfo>& whole, CaptureInfo part) {
  if (!whole) {
    whole = std::move(part);
    return;
  }
  for (CapturedAccount& account : part.accounts) whole->accounts.push_back(std::move(account));
  for (Group& group : part.groups) {
    const bool is_known = std::ranges::any_of(whole->groups, [&](const Group& g) { return g.name == group.name; });
    if (!is_known) whole->groups.push_back(std::move(group));
  }
}

}  // namespace

CaptureInfo read_capture_info(const VaultContext& vault, const Manifest& manifest) {
  std::optional<CaptureInfo> info;
  std::optional<Error> problem;
  for (const ManifestAccount& account : manifest.accounts) {
    if (!vault.keys.opens(account.account)) continue;
    try {
      merge(info, info_of_account(vault, manifest, account));
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      if (!problem) problem = error;
    }
    if (account.account == kSystemAccount && info) break;
  }
  if (!info && problem) throw Error(*problem);
  if (!info) throw Error(ErrorCode::wrong_key, "the key given opens no account of this capture");
  info->capture_id = to_hex(manifest.start.capture);
  info->kind = vault.header.kind;
  info->started = manifest.start.started;
  info->finished = manifest.finished;
  return std::move(*info);
}

CaptureReader::CaptureReader(std::shared_ptr<const VaultContext> vault, Manifest manifest)
    : vault_(std::move(vault)),
      manifest_(std::move(manifest)),
      info_(read_capture_info(*vault_, manifest_)),
      content_(make_content_reader(*vault_, manifest_.start.capture, packs_)) {}

void CaptureReader::visit(std::span<const AccountNumber> accounts, FindingSink& findings,
                          const std::function<void(Object)>& take) const {
  for (const AccountNumber account : accounts) {
    visit_account(account, findings, [&](CatalogRecord record) {
      if (auto* object = std::get_if<Object>(&record)) take(std::move(*object));
    });
  }
}

std::vector<Finding> CaptureReader::findings(std::span<const AccountNumber> accounts) const {
  struct Collector final : FindingSink {
    void record(Finding finding) override { found.push_back(std::move(finding)); }
    std::vector<Finding> found;
  };
  Collector collector;
  for (const AccountNumber account : accounts) {
    visit_account(account, collector, [&](CatalogRecord record) {
      if (auto* finding = std::get_if<Finding>(&record)) collector.record(std::move(*finding));
    });
  }
  return std::move(collector.found);
}

void CaptureReader::visit_account(AccountNumber account, FindingSink& findings, const TakeRecord& take) const {
  const ManifestAccount* listed = manifest_.find(account);
  if (listed == nullptr) {
    findings.record({FindingKind::damaged, account, "", "the manifest of the capture does not list this account"});
    return;
  }
  for (std::uint32_t number = 0; number < listed->segments.size(); ++number) {
    visit_segment({manifest_.start.capture, account, number}, findings, take);
  }
}

/// What `take` throws is its own affair and goes on to the caller; what the segment throws becomes a finding.
void CaptureReader::visit_segment(const SegmentPlace& place, FindingSink& findings, const TakeRecord& take) const {
  const auto attempt = [&](const auto& read) {
    try {
      read();
      return true;
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      findings.record({FindingKind::damaged, place.account, "",
                       "segment " + std::to_string(place.number) +
                           " of the catalog is lost, and with it the names of "
                           "the files in it: " +
                           error.what()});
      return false;
    }
  };
  Segment segment;
  if (!attempt([&] { segment = read_in_place(*vault_, manifest_, place); })) return;
  RecordReader records(segment.raw, place.account);
  for (;;) {
    std::optional<CatalogRecord> record;
    if (!attempt([&] { record = records.next(); }) || !record) return;
    if (const auto* pack = std::get_if<NumberedPack>(&*record)) {
      if (!attempt([&] { packs_.enter(place.account, pack->number, pack->pack); })) return;
    }
    take(std::move(*record));
  }
}

void CaptureReader::read_content(const Object& object, ContentConsumer& consumer) const {
  content_->read(object, consumer);
}

bool CaptureReader::link_content(const Object& object, WritableFolder& folder, std::string_view name) const {
  return content_->link(object, folder, name);
}

}  // namespace rehome::store
