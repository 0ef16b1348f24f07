// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/sweep.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/core/error.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"
#include "flow/store/keeper.h"

namespace rehome::store {

Sweep::Sweep(OwnedBlobStore& blobs, RemoveContent remove_content)
    : blobs_(blobs), remove_content_(std::move(remove_content)) {}

void Sweep::after_capture(const CaptureStart& finished) {
  for (const CaptureEntry& capture : list_captures(blobs_)) {
    if (!capture.is_complete && capture.start.sequence < finished.sequence) remove_blobs(capture);
  }
  remove_unlisted_packs();
}

bool Sweep::remove_capture(const CaptureId& capture) {
  const std::vector<CaptureEntry> captures = list_captures(blobs_);
  const auto found = std::ranges::find_if(captures, [&](const CaptureEntry& c) { return c.start.capture == capture; });
  const bool is_there = found != captures.end();
  if (is_there) remove_blobs(*found);
  remove_unlisted_packs();
  return is_there;
}

void Sweep::remove_everything() {
  for (const CaptureEntry& capture : list_captures(blobs_)) {
    remove_manifest(capture.start.capture);
  }
  remove_content_(std::nullopt);
  for (const std::string_view folder : {"captures", "packs", "damaged"}) {
    for (const BlobInfo& blob : blobs_.list(folder)) {
      if (is_vault_blob(blob.name)) blobs_.remove(blob.name);
    }
  }
  for (const Copy copy : {Copy::second, Copy::first}) blobs_.remove(header_name(copy));
}

/// From then on the capture is incomplete, whatever else is still there.
void Sweep::remove_manifest(const CaptureId& capture) {
  for (const Copy copy : {Copy::second, Copy::first}) blobs_.remove(complete_name(capture, copy));
}

void Sweep::remove_blobs(const CaptureEntry& capture) {
  const CaptureId& id = capture.start.capture;
  remove_manifest(id);
  remove_content_(id);
  for (const BlobInfo& blob : capture.blobs) {
    if (blob.name != started_name(id)) blobs_.remove(blob.name);
  }
  blobs_.remove(started_name(id));
}

/// A mark outlives its pack, never the other way round: a pack that is known to be damaged must stay known.
void Sweep::remove_unlisted_packs() {
  const std::optional<PackSizes> unlisted = find_unlisted_packs(blobs_);
  if (!unlisted) return;
  for (const auto& [place, size] : *unlisted) blobs_.remove(pack_name(place.account, place.pack));
  const PackSizes left = list_packs(blobs_);
  for (const BlobInfo& mark : blobs_.list("damaged")) {
    const auto place = parse_pack_name(mark.name);
    if (place && !left.contains(*place)) blobs_.remove(mark.name);
  }
}

Sweep sweep_of(const VaultContext& vault) {
  if (vault.owner == nullptr) {
    throw Error(ErrorCode::unsupported, "nothing can be removed from " + vault.blobs.display_name() +
                                            ": whoever keeps the store there has to do it");
  }
  return Sweep(*vault.owner, [&vault](const std::optional<CaptureId>& capture) { remove_content(vault, capture); });
}

std::optional<PackSizes> find_unlisted_packs(BlobStore& blobs) {
  PackSizes unlisted = list_packs(blobs);
  for (const CaptureEntry& capture : list_captures(blobs)) {
    if (!capture.is_complete) return std::nullopt;
    try {
      for (const ManifestAccount& account : read_manifest(blobs, capture.start.capture).accounts) {
        for (const PackId& pack : account.packs) unlisted.erase({account.account, pack});
      }
    } catch (const Error& error) {
      if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
      return std::nullopt;
    }
  }
  return unlisted;
}

}  // namespace rehome::store
