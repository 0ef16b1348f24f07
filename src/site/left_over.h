// SPDX-License-Identifier: Apache-2.0
#pragma once
// Captures that stay on disk although no record needs them. Records that were restored from a backup do not know what
// was captured after it: complete captures of that kind are kept for Settings::keep_deleted_seconds after the restore,
// so that a person can look for them. They count against their computer's quota, and no vault keeps anything else.

#include <cstdint>
#include <string>
#include <vector>

#include "site/site.h"

namespace rehome::site {

struct LeftOver {
  std::string vault = {};
  std::vector<std::string> captures = {};
  std::int64_t until = 0;  // what is left goes with a deletion cycle after that
};

/// Now instead of later: the vault and its key. Error(refused) where the vault has a store that is not deleted.
void discard_left_over(const Site& site, const std::string& vault, std::string_view who);

}  // namespace rehome::site
