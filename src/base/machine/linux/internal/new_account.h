// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an account or group must look like before it is written into the account files of a computer. In: values that
// may come from a hostile store. Out: nothing, or an Error. This is the last gate before a line of /etc/passwd is
// made: no field may end a field or a line, and nothing gains the powers of root. Pure; any thread.

#include <string>
#include <string_view>

#include "base/machine/accounts.h"

namespace rehome::linux_etc {

/// Throws Error(invalid_argument) for a name, path or text that does not fit into a line, and Error(refused) for
/// numbers that are never given to people: uid 0, below UID_MIN, 65534; gid 0; subordinate ids below 65536.
void check_new_account(const Account& account, const AccountLimits& limits);
void check_new_group(const Group& group);

/// As is_account_name() of account_rules.h.
void check_new_name(std::string_view what, std::string_view name);

}  // namespace rehome::linux_etc
