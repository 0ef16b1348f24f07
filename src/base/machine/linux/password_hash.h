// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passwords of accounts as /etc/shadow keeps them (crypt(5)): yescrypt, which every system of Debian's age knows. Any
// thread.

#include <string>
#include <string_view>

#include "base/core/random.h"

namespace rehome {

/// Throws Error(invalid_argument) for a password that is empty, too long or holds a NUL.
std::string hash_account_password(std::string_view password, Random& random);

}  // namespace rehome
