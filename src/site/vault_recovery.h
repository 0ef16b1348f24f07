// SPDX-License-Identifier: Apache-2.0
#pragma once
// For an administrator who restores by hand (S46, C-C2): where a vault lies whose blobs are to be read.

#include <optional>
#include <string>

#include "site/administrators.h"
#include "site/site.h"

namespace rehome::site {

/// nullopt without the right to see recovery information, and where there is no such vault.
std::optional<VaultPlace> place_for_recovery(const Site& site, const Account& administrator, const std::string& vault);

}  // namespace rehome::site
