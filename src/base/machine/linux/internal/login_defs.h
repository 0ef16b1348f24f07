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

/// Of an account of the computer's own /etc/passwd. Above UID_MAX the shell tells people (given numbers by a company,
/// or by hand) from services.
AccountKind kind_of_local(std::uint32_t uid, std::string_view shell, const AccountLimits& limits);
/// Of an account that only a directory service knows.
AccountKind kind_of_domain(std::uint32_t uid, const AccountLimits& limits);

}  // namespace rehome::linux_etc
