// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passwords as they are kept: Argon2id with its salt and parameters.

#include <string>

#include "base/codec/derive.h"
#include "base/codec/secret.h"
#include "base/core/random.h"

namespace rehome::site {

struct PasswordHash {
  std::string salt = {};  // both hexadecimal
  std::string hash = {};
  Argon2Parameters parameters;
};

/// Error(invalid_argument) unless it has 8 to 1024 bytes.
PasswordHash hash_password(const Secret& password, Random& random);
bool matches(const PasswordHash& kept, const Secret& password);
/// Takes as long as matches() and is never true: so that an unknown user takes as long as a wrong password.
void match_nothing(const Secret& password);

}  // namespace rehome::site
