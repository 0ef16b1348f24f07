// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which captures and packs lie in a vault, told from the names and clear marks of the blobs: no key is needed.

#include <cstdint>
#include <map>
#include <vector>

#include "flow/store/internal/manifest.h"
#include "model/blob_store.h"

namespace rehome::store {

struct CaptureEntry {
  CaptureStart start;     // the id only, unless
  bool is_dated = false;  // something that can be read says when it began
  bool is_complete = false;
  std::map<AccountNumber, std::uint32_t> segments;  // highest number found, plus one
  std::vector<BlobInfo> blobs;                      // all of its blobs
};

/// Newest first. Blobs below captures/ that are none of ours are passed over.
std::vector<CaptureEntry> list_captures(BlobStore& blobs);

/// Where one copy of a manifest is gone, the other takes its place too.
void heal_manifests(BlobStore& blobs);

using PackSizes = std::map<PackPlace, std::uint64_t>;
PackSizes list_packs(BlobStore& blobs);

}  // namespace rehome::store
