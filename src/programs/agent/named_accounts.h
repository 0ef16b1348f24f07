// SPDX-License-Identifier: Apache-2.0
#pragma once
// The accounts that an association names (C-A12): names, "DOMAIN\name", SIDs or uids, as an administrator wrote them.
// Any thread.

#include <string>
#include <vector>

#include "base/machine/accounts.h"

namespace rehome::agent {

/// Those of `accounts` that one of `named` means, without service accounts; all of them where nothing is named.
std::vector<Account> accounts_named(const std::vector<Account>& accounts, const std::vector<std::string>& named);

/// Those of `named` that mean none of `accounts`.
std::vector<std::string> names_without_account(const std::vector<Account>& accounts,
                                               const std::vector<std::string>& named);

std::vector<std::string> names_of(const std::vector<Account>& accounts);

}  // namespace rehome::agent
