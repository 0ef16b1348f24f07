// SPDX-License-Identifier: Apache-2.0
#include "site/internal/recovery_right.h"

#include "base/core/error.h"

namespace rehome::site {

void require_recovery_right(const Account& account, std::string_view what) {
  if (account.may_recover) return;
  throw Error(ErrorCode::refused,
              account.user + " has no right to see recovery information, which is needed to " + std::string(what));
}

std::string rights_of(const Account& account) {
  return std::string(name_of(account.role)) + (account.may_recover ? ", may see recovery information" : "");
}

}  // namespace rehome::site
