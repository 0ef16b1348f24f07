// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/capture_reader.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/codec/hash.h"
#include "base/core/check.h"
#include "base/core/error.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/limits.h"

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
void merge(CaptureInfo& whole, CaptureInfo part) {
  const auto add = [](auto& to, auto& from, auto key) {
    for (auto& item : from) {
      if (std::ranges::find(to, std::invoke(key, item), key) == to.end()) to.push_back(std::move(item));
    }
  };
  add(whole.accounts, part.accounts, &CapturedAccount::number);
  add(whole.groups, part.groups, &Group::name);
  add(whole.services, part.services, &ServiceAccount::name);
}

void merge(std::optional<CaptureInfo>& whole, CaptureInfo part) {
  if (whole) {
    merge(*whole, std::move(part));
  } else {
    whole = std::move(part);
  }
}

/// The system knows of all accounts; where its record is lost, what the others say of themselves has to do.
CaptureInfo info_of_all(const VaultContext& vault, const Manifest& manifest) {
  std::optional<CaptureInfo> info;
  std::optional<Error> problem;
  for (const ManifestAccount& account : manifest.accounts) {
    try {
      merge(info, info_of_account(vault, manifest, account));
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      if (!problem) problem = error;
    }
    if (account.account == kSystemAccount && info) break;
  }
  if (!info && problem) throw Error(*problem);
  if (!info) throw Error(ErrorCode::corrupt, "the manifest of the capture lists no account");
  return std::move(*info);
}

/// Whether a copy of the account's last segment lies there just as the manifest lists it.
bool is_as_listed(const VaultContext& vault, const Manifest& manifest, const ManifestAccount& account) {
  if (account.segments.empty()) return false;
  const auto last = static_cast<std::uint32_t>(account.segments.size() - 1);
  return std::ranges::any_of(std::array{Copy::first, Copy::second}, [&](Copy copy) {
    const BlobName name = segment_name(manifest.start.capture, account.account, last, copy);
    try {
      return sha256(vault.blobs.get(name, kLargestSegment)) == account.segments.back().digest;
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      return false;
    }
  });
}

CaptureInfo info_with_own_key(const VaultContext& vault, const Manifest& manifest, AccountNumber number) {
  const std::string who = "account " + std::to_string(number);
  const ManifestAccount* account = manifest.find(number);
  if (account == nullptr) {
    throw Error(ErrorCode::not_found, "a key was given for " + who + ", but the capture does not list that account");
  }
  try {
    return info_of_account(vault, manifest, *account);
  } catch (Error& error) {
    // Undamaged and yet sealed with another key.
    if (error.code() == ErrorCode::corrupt && is_as_listed(vault, manifest, *account)) {
      throw Error(ErrorCode::wrong_key, "the key given for " + who + " does not open it in this store");
    }
    throw error.add_context("while reading what the capture says about " + who);
  }
}

/// Every key given has to open its account: a store that leaves one out must not look like a capture without it.
CaptureInfo info_of_keys(const VaultContext& vault, const Manifest& manifest) {
  std::optional<CaptureInfo> info;
  for (const AccountNumber number : vault.keys.accounts()) {
    merge(info, info_with_own_key(vault, manifest, number));
  }
  check(info.has_value(), "a ring that does not open all has keys of accounts");
  std::erase_if(info->accounts, [&](const CapturedAccount& account) { return !vault.keys.opens(account.number); });
  return std::move(*info);
}

}  // namespace

CaptureInfo read_capture_info(const VaultContext& vault, const Manifest& manifest) {
  CaptureInfo info = vault.keys.opens_all() ? info_of_all(vault, manifest) : info_of_keys(vault, manifest);
  info.capture_id = to_hex(manifest.start.capture);
  info.kind = vault.header.kind;
  info.started = manifest.start.started;
  info.finished = manifest.finished;
  return info;
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

std::string CaptureReader::name_of_account(AccountNumber account) const {
  const auto found = std::ranges::find(info_.accounts, account, &CapturedAccount::number);
  if (found != info_.accounts.end()) return found->account.name;
  return account == kSystemAccount ? "the system" : "account " + std::to_string(account);
}

void CaptureReader::visit_account(AccountNumber account, FindingSink& findings, const TakeRecord& take) const {
  if (!vault_->keys.opens(account)) return;  // is no part of what these keys show
  const ManifestAccount* listed = manifest_.find(account);
  // An account without objects has a segment too, and the manifest can be changed without a key.
  if (listed == nullptr || listed->segments.empty()) {
    findings.record({FindingKind::damaged, account, "",
                     "the manifest of the capture lists no catalog of " + name_of_account(account) +
                         ", so nothing is known of its files"});
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

Object CaptureReader::check_content(Object object) const { return content_->check(std::move(object)); }

void CaptureReader::read_content(const Object& object, ContentConsumer& consumer) const {
  content_->read(object, consumer);
}

std::optional<NodeInfo> CaptureReader::stored_file(const Object& object) const { return content_->stored_file(object); }

std::optional<NodeInfo> CaptureReader::link_content(const Object& object, WritableFolder& folder,
                                                    std::string_view name) const {
  return content_->link(object, folder, name);
}

}  // namespace rehome::store
