// SPDX-License-Identifier: Apache-2.0
#pragma once
// How an association names accounts (C-A12): a name, DOMAIN\name, a SID, or a uid.

#include <string>
#include <string_view>
#include <vector>

#include "site/associations.h"
#include "site/lifecycle.h"

namespace rehome::site {

constexpr std::size_t kMostNamedAccounts = 1000;

/// Error(invalid_argument): not one of the four forms, named twice, none where the behaviour needs some, or some where
/// it takes all.
void check_accounts(Behaviour behaviour, const std::vector<std::string>& accounts);

/// Whether `wanted` means this account. Windows names compare in either case, others exactly; a name of digits alone is
/// a uid.
bool means_account(std::string_view wanted, const CapturedAccount& account);

}  // namespace rehome::site
