// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a hard-link store alone still holds: files whose other names are gone since they were linked, because they were
// deleted, or replaced by an editor that saves beside and renames. Asked before such a store is removed.

#include <cstdint>
#include <string>

#include "flow/store/vault.h"

namespace rehome::store {

struct LastNames {
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;
  std::string example;  // one of them, as to_text(Location); "" where there are none
};

/// Of one capture, or of all complete ones for "". None in stores of other kinds, and copies are not counted: they were
/// never more than that. Throws Error(corrupt) where a catalog cannot be read. One thread; holds an entry of about 100
/// bytes for each linked file.
LastNames find_last_names(Vault& vault, const std::string& capture_id);

}  // namespace rehome::store
