// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders that their program marked as a cache (Cache Directory Tagging Specification, bford.info/cachedir).

#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::scan {

constexpr std::string_view kCacheTagName = "CACHEDIR.TAG";

/// Whether the folder's tag begins with the signature. False where it cannot be read: what is not surely a cache is
/// captured.
bool has_valid_cache_tag(Folder& folder);

}  // namespace rehome::scan
