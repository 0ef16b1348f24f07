// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which users a command line means.

#include <string>
#include <vector>

#include "base/machine/accounts.h"
#include "base/machine/machine.h"
#include "model/capture.h"

namespace rehome::cli {

/// Everybody whom the computer knows. Throws Error(not_found) where nobody can be known: nothing to select from is a
/// folder that is no computer, not one without people.
std::vector<Account> accounts_of(Machine& machine);

/// The accounts that `patterns` select, in their own order. A pattern is a name, a name with '*', or a uid; "!" before
/// it takes away what it names. No pattern: every account that is not a service's. Throws Error(not_found) for a
/// pattern without '*' that names nobody, and Error(refused) for one that names a service account.
std::vector<Account> select_users(const std::vector<Account>& accounts, const std::vector<std::string>& patterns);
/// As above, of the accounts that a capture holds.
std::vector<CapturedAccount> select_users(const CaptureInfo& info, const std::vector<std::string>& patterns);

}  // namespace rehome::cli
