// SPDX-License-Identifier: Apache-2.0
#pragma once
// What may be written into the account files of a Linux computer about a new account or group. One rule for who plans
// them and for who writes them, so that no plan fails half-way. Pure; any thread.

#include <cstddef>
#include <string_view>

namespace rehome {

constexpr std::size_t kLongestAccountName = 32;    // what utmp and useradd take
constexpr std::size_t kLongestAccountText = 4096;  // bytes of one field

/// One to 32 of letters, digits, '_', '.', '-', '@', not beginning with '-', '.' or '@', not only digits, which
/// programs take for a uid; '$' may end it.
bool is_account_name(std::string_view name);

/// A text for one field: no ':' and no control byte, which would forge further fields or lines, and not too long.
bool is_account_text(std::string_view text);

/// What crypt(3) makes: printable, without ':', and neither empty, which would let anybody in, nor beginning with '!'
/// or '*', which lock an account.
bool is_password_hash(std::string_view hash);

}  // namespace rehome
