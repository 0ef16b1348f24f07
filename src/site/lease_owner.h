// SPDX-License-Identifier: Apache-2.0
#pragma once
// For those who show a lease and a network access token, which does not say which computer asks.

#include <optional>
#include <string>

#include "site/site.h"

namespace rehome::site {

/// The computer that a lease, open or closed, was given to. Whether the asker may use it is for the others to decide.
std::optional<std::string> computer_of_lease(const Site& site, const std::string& lease);

}  // namespace rehome::site
