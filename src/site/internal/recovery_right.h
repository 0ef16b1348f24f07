// SPDX-License-Identifier: Apache-2.0
#pragma once
// The right to see recovery information, wherever something gives data or keys to somebody new.

#include <string>
#include <string_view>

#include "site/administrators.h"

namespace rehome::site {

/// Error(refused) without it. `what`: "retarget a store".
void require_recovery_right(const Account& account, std::string_view what);

/// What the audit log says of rights: "operator", "administrator, may see recovery information".
std::string rights_of(const Account& account);

}  // namespace rehome::site
