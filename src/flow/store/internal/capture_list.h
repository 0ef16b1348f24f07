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
  CaptureStart start;  // of an incomplete capture whose mark is damaged: the id only
  bool is_complete = false;
  std::map<AccountNumber, std::uint32_t> segments;  // highest number found, plus one
  std::vector<BlobInfo> blobs;                      // all of its blobs
};

/// Newest first. Blobs below captures/ that are none of ours are passed over.
std::vector<CaptureEntry> list_captures(BlobStore& blobs);

using PackSizes = std::map<PackPlace, std::uint64_t>;
PackSizes list_packs(BlobStore& blobs);

}  // namespace rehome::store
