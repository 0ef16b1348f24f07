// SPDX-License-Identifier: Apache-2.0
#pragma once
// The groups and accounts of a plan, made at the destination. In: what account_mapping.h planned. Out: the same without
// what could not be made. Called once by load, before anything is written into a home. One thread.

#include "base/machine/accounts.h"
#include "flow/load/internal/account_mapping.h"

namespace rehome::load {

/// Makes the new groups and accounts and lets those that are here join their groups. An account that this computer
/// refuses to make is a finding, and taken out of the mapping: nothing is restored to it. Throws Error for what would
/// meet the others as well.
void make_accounts(AccountMapping& mapping, Accounts& accounts, Findings& findings);

}  // namespace rehome::load
