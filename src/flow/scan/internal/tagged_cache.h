// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders that their program marked as a cache (Cache Directory Tagging Specification, bford.info/cachedir).

#include <string_view>

#include "base/machine/file_tree.h"
#include "flow/scan/scan.h"

namespace rehome::scan {

constexpr std::string_view kCacheTagName = "CACHEDIR.TAG";

/// Whether the folder's tag begins with the signature. False where it cannot be read: what is not surely a cache is
/// captured.
bool has_valid_cache_tag(Folder& folder);

/// Whether what lies in this folder stays behind because it is a cache: of an account, no home or other known folder,
/// and not named by a rule.
bool stays_behind_as_cache(const ScanJob& job, const MachinePath& path, const Location& location, Folder& folder);

}  // namespace rehome::scan
