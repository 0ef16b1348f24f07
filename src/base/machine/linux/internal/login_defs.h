// SPDX-License-Identifier: Apache-2.0
#pragma once
// What /etc/login.defs of one computer says about accounts. In: its text. Out: limits and password ages, the program
// defaults of shadow-utils where it says nothing or nonsense. Pure; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/machine/accounts.h"

namespace rehome::linux_etc {

struct LoginDefs {
  AccountLimits limits;
  // Days; nullopt leaves the field of shadow empty.
  std::optional<std::uint32_t> password_min_days;
  std::optional<std::uint32_t> password_max_days;
  std::optional<std::uint32_t> password_warn_days;
};

LoginDefs parse_login_defs(std::string_view text);

/// What kind of account this is on a computer with these limits. `in_account_file`: in its own /etc/passwd.
AccountKind kind_of(std::uint32_t uid, const AccountLimits& limits, bool in_account_file);

}  // namespace rehome::linux_etc
