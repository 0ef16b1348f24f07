// SPDX-License-Identifier: Apache-2.0
#include "flow/store/keeper.h"

#include <algorithm>
#include <utility>

#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/damage.h"
#include "flow/store/internal/header.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/pack_reader.h"
#include "flow/store/internal/segment_format.h"
#include "flow/store/internal/sweep.h"

namespace rehome::store {

namespace {

using What = CaptureBlob::What;

/// Frames, and tables that tell of each frame and chunk, twice.
constexpr std::uint64_t kLargestPackBlob = 2 * std::uint64_t{kLargestPack};
using BlobSizes = std::map<BlobName, std::uint64_t, std::less<>>;

CaptureId capture_of(const std::string& text) { return id_of_text<CaptureId>(text, "capture"); }

/// Each once, sorted: a hostile manifest may list one a million times.
std::vector<PackId> packs_of(const ManifestAccount& account) {
  std::vector<PackId> packs = account.packs;
  std::ranges::sort(packs);
  packs.erase(std::ranges::unique(packs).begin(), packs.end());
  return packs;
}

void count_segments(const CaptureEntry& entry, KeptCapture& kept) {
  for (const BlobInfo& info : entry.blobs) {
    const auto blob = parse_capture_blob(info.name);
    if (!blob || (blob->what != What::segment && blob->what != What::segment_copy)) continue;
    KeptAccount& account = kept.accounts[blob->account];
    account.segments += blob->what == What::segment ? 1 : 0;
    account.segment_bytes += info.size;
  }
}

void count_packs(const Manifest& manifest, const PackSizes& sizes, KeptCapture& kept) {
  for (const ManifestAccount& listed : manifest.accounts) {
    KeptAccount& account = kept.accounts[listed.account];
    for (const PackId& pack : packs_of(listed)) {
      const auto size = sizes.find({listed.account, pack});
      if (size == sizes.end()) continue;
      ++account.packs;
      account.pack_bytes += size->second;
    }
  }
}

KeptCapture describe(BlobStore& blobs, const CaptureEntry& entry, const PackSizes& sizes) {
  KeptCapture kept;
  kept.capture_id = to_hex(entry.start.capture);
  kept.started = entry.start.started;
  count_segments(entry, kept);
  if (!entry.is_complete) return kept;
  try {
    const Manifest manifest = read_manifest(blobs, entry.start.capture);
    count_packs(manifest, sizes, kept);
    kept.finished = manifest.finished;
    kept.state = KeptState::complete;
  } catch (const Error& error) {
    if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
    kept.state = KeptState::damaged;
  }
  return kept;
}

/// Looks for what a capture needs, and stops at the first thing that is not as it should be.
class Inventory {
 public:
  Inventory(BlobStore& blobs, const Manifest& manifest) : blobs_(blobs), manifest_(manifest) {
    for (const BlobInfo& blob : blobs_.list("captures/" + to_hex(capture()))) sizes_.emplace(blob.name, blob.size);
  }

  std::optional<std::string> first_missing() const {
    if (auto problem = of_clear_blobs()) return problem;
    for (const ManifestAccount& account : manifest_.accounts) {
      if (auto problem = of_segments(account)) return problem;
    }
    const PackSizes packs = list_packs(blobs_);
    for (const ManifestAccount& account : manifest_.accounts) {
      if (auto problem = of_packs(account, packs)) return problem;
    }
    return std::nullopt;
  }

 private:
  const CaptureId& capture() const { return manifest_.start.capture; }

  static std::optional<std::string> compare(const std::string& name, std::optional<std::uint64_t> size,
                                            std::uint64_t expected) {
    if (!size) return name + " is missing";
    if (*size == expected) return std::nullopt;
    return name + " has " + std::to_string(*size) + " bytes instead of " + std::to_string(expected);
  }

  std::optional<std::uint64_t> size_of(const BlobName& name) const {
    const auto found = sizes_.find(name);
    return found == sizes_.end() ? std::nullopt : std::optional(found->second);
  }

  std::optional<std::string> of_clear_blobs() const {
    try {
      read_header(blobs_);
    } catch (const Error& error) {
      if (!is_damage(error)) throw;
      return error.message();
    }
    const BlobName started = started_name(capture());
    if (!size_of(started)) return started + " is missing";
    const std::uint64_t length = encode_manifest(manifest_).size();
    for (const Copy copy : {Copy::first, Copy::second}) {
      const BlobName name = complete_name(capture(), copy);
      if (auto problem = compare(name, size_of(name), length)) return problem;
    }
    return std::nullopt;
  }

  std::optional<std::string> of_segments(const ManifestAccount& account) const {
    for (std::uint32_t number = 0; number < account.segments.size(); ++number) {
      for (const Copy copy : {Copy::first, Copy::second}) {
        const BlobName name = segment_name(capture(), account.account, number, copy);
        if (auto problem = compare(name, size_of(name), account.segments[number].size)) return problem;
      }
    }
    return std::nullopt;
  }

  std::optional<std::string> of_packs(const ManifestAccount& account, const PackSizes& sizes) const {
    for (const PackId& pack : packs_of(account)) {
      const BlobName name = pack_name(account.account, pack);
      const auto size = sizes.find({account.account, pack});
      if (size == sizes.end()) return name + " is missing";
      try {
        const std::uint64_t length = read_pack_label(blobs_, {account.account, pack}).pack_size();
        if (auto problem = compare(name, size->second, length)) return problem;
      } catch (const Error& error) {
        if (!is_damage(error)) throw;
        return name + " does not say how long it is: " + error.message();
      }
    }
    return std::nullopt;
  }

  BlobStore& blobs_;
  const Manifest& manifest_;
  BlobSizes sizes_;  // of the capture's own blobs
};

}  // namespace

bool is_vault_blob(std::string_view name) {
  if (name == header_name(Copy::first) || name == header_name(Copy::second)) return true;
  if (const auto blob = parse_capture_blob(name)) return blob->what != What::stranger;
  return parse_pack_name(name).has_value();
}

std::uint64_t largest_size_of(std::string_view name) {
  const auto blob = parse_capture_blob(name);
  if (!blob) return parse_pack_name(name) ? kLargestPackBlob : kLargestHeader;
  switch (blob->what) {
    case What::segment:
    case What::segment_copy:
      return kLargestSegmentBlob;
    case What::complete:
    case What::complete_copy:
      return kLargestManifest;
    case What::started:
    case What::stranger:
      return kLargestMark;
  }
  return kLargestMark;
}

std::vector<KeptCapture> list_kept(BlobStore& blobs) {
  const PackSizes sizes = list_packs(blobs);
  std::vector<KeptCapture> captures;
  for (const CaptureEntry& entry : list_captures(blobs)) captures.push_back(describe(blobs, entry, sizes));
  return captures;
}

std::optional<std::string> first_missing(BlobStore& blobs, const std::string& capture_id) {
  const Manifest manifest = read_manifest(blobs, capture_of(capture_id));
  return Inventory(blobs, manifest).first_missing();
}

struct ReadPermit::Listed {
  struct Account {
    std::size_t segments = 0;
    std::vector<PackId> packs;  // sorted
  };
  CaptureId capture;
  std::map<AccountNumber, Account> accounts;
};

ReadPermit::ReadPermit(BlobStore& blobs, const std::string& capture_id, const std::set<AccountNumber>& accounts) {
  const Manifest manifest = read_manifest(blobs, capture_of(capture_id));
  Listed listed{manifest.start.capture, {}};
  for (const ManifestAccount& account : manifest.accounts) {
    if (!accounts.contains(account.account)) continue;
    listed.accounts[account.account] = {account.segments.size(), packs_of(account)};
  }
  listed_ = std::make_shared<const Listed>(std::move(listed));
}

bool ReadPermit::allows(std::string_view name) const {
  if (name == header_name(Copy::first) || name == header_name(Copy::second)) return true;
  if (const auto blob = parse_capture_blob(name)) {
    if (blob->capture != listed_->capture || blob->what == What::stranger) return false;
    if (blob->what != What::segment && blob->what != What::segment_copy) return true;
    const auto account = listed_->accounts.find(blob->account);
    return account != listed_->accounts.end() && blob->segment < account->second.segments;
  }
  const auto place = name.starts_with("packs/") ? parse_pack_name(name) : std::nullopt;
  if (!place) return false;
  const auto account = listed_->accounts.find(place->account);
  return account != listed_->accounts.end() && std::ranges::binary_search(account->second.packs, place->pack);
}

void tidy_after_capture(OwnedBlobStore& blobs, const std::string& capture_id) {
  const CaptureId capture = capture_of(capture_id);
  const std::unique_ptr<BlobStoreLock> lock = blobs.lock();
  const Manifest manifest = read_manifest(blobs, capture);  // what is not complete itself has replaced nothing
  heal_header(blobs);
  Sweep(blobs).after_capture(manifest.start);
  blobs.clean();
}

void remove_capture(OwnedBlobStore& blobs, const std::string& capture_id) {
  const CaptureId capture = capture_of(capture_id);
  const std::unique_ptr<BlobStoreLock> lock = blobs.lock();
  Sweep(blobs).remove_capture(capture);
  blobs.clean();
}

void remove_vault(OwnedBlobStore& blobs) {
  const std::unique_ptr<BlobStoreLock> lock = blobs.lock();
  Sweep(blobs).remove_everything();
  blobs.clean();
}

std::optional<std::vector<BlobInfo>> unlisted_packs(BlobStore& blobs) {
  const std::optional<PackSizes> found = find_unlisted_packs(blobs);
  if (!found) return std::nullopt;
  std::vector<BlobInfo> packs;
  for (const auto& [place, size] : *found) packs.push_back({pack_name(place.account, place.pack), size});
  return packs;
}

}  // namespace rehome::store
