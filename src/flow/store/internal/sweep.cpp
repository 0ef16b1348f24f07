// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/sweep.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/core/error.h"
#include "flow/store/internal/capture_list.h"
#include "flow/store/internal/content_factory.h"
#include "flow/store/internal/damage.h"

namespace rehome::store {

namespace {

void remove_blobs(const VaultContext& vault, const CaptureEntry& capture) {
  const CaptureId& id = capture.start.capture;
  vault.blobs.remove(complete_name(id, Copy::first));
  remove_content(vault, id);
  for (const BlobInfo& blob : capture.blobs) {
    if (blob.name != started_name(id)) vault.blobs.remove(blob.name);
  }
  vault.blobs.remove(started_name(id));
}

/// The packs that any capture lists. As long as one is incomplete or its manifest cannot be read, nobody knows what it
/// refers to: nullopt.
std::optional<std::set<PackPlace>> listed_packs(const VaultContext& vault) {
  std::set<PackPlace> listed;
  for (const CaptureEntry& capture : list_captures(vault.blobs)) {
    if (!capture.is_complete) return std::nullopt;
    try {
      for (const ManifestAccount& account : read_manifest(vault.blobs, capture.start.capture).accounts) {
        for (const PackId& pack : account.packs) listed.insert({account.account, pack});
      }
    } catch (const Error& error) {
      if (!is_damage(error) && error.code() != ErrorCode::unsupported_version) throw;
      return std::nullopt;
    }
  }
  return listed;
}

void remove_unlisted_packs(const VaultContext& vault) {
  const std::optional<std::set<PackPlace>> listed = listed_packs(vault);
  if (!listed) return;
  for (const std::string_view folder : {"packs", "damaged"}) {
    for (const BlobInfo& blob : vault.blobs.list(folder)) {
      const auto place = parse_pack_name(blob.name);
      if (place && !listed->contains(*place)) vault.blobs.remove(blob.name);
    }
  }
}

}  // namespace

void sweep_after_capture(const VaultContext& vault, const CaptureId& finished) {
  try {
    for (const CaptureEntry& capture : list_captures(vault.blobs)) {
      if (!capture.is_complete && capture.start.capture != finished) remove_blobs(vault, capture);
    }
    remove_unlisted_packs(vault);
  } catch (const Error&) {
    // The capture is complete, and what is left over harms nobody.
  }
}

void remove_capture(const VaultContext& vault, const CaptureId& capture) {
  const std::vector<CaptureEntry> captures = list_captures(vault.blobs);
  const auto found = std::ranges::find_if(captures, [&](const CaptureEntry& c) { return c.start.capture == capture; });
  if (found == captures.end()) {
    throw Error(ErrorCode::not_found, "there is no capture " + to_hex(capture) + " in " + vault.blobs.display_name());
  }
  remove_blobs(vault, *found);
  remove_unlisted_packs(vault);
}

void remove_everything(const VaultContext& vault) {
  for (const CaptureEntry& capture : list_captures(vault.blobs)) {
    vault.blobs.remove(complete_name(capture.start.capture, Copy::first));
  }
  remove_all_content(vault);
  for (const std::string_view folder : {"captures", "packs", "damaged"}) {
    for (const BlobInfo& blob : vault.blobs.list(folder)) vault.blobs.remove(blob.name);
  }
  for (const Copy copy : {Copy::second, Copy::first}) vault.blobs.remove(header_name(copy));
}

}  // namespace rehome::store
