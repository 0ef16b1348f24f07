// SPDX-License-Identifier: Apache-2.0
#include "site/internal/passwords.h"

#include <array>

#include "base/codec/hash.h"
#include "base/core/bytes.h"
#include "base/core/error.h"

namespace rehome::site {

namespace {

/// OWASP asks for at least 19 MiB and two passes; many may log in at once.
constexpr Argon2Parameters kParameters = {.passes = 2, .memory_kib = 32 * 1024};
constexpr std::size_t kShortest = 8;
constexpr std::size_t kLongest = 1024;

}  // namespace

PasswordHash hash_password(const Secret& password, Random& random) {
  if (password.size() < kShortest || password.size() > kLongest) {
    throw Error(ErrorCode::invalid_argument, "a password has 8 to 1024 bytes");
  }
  std::array<std::uint8_t, kArgon2SaltSize> salt{};
  random.fill(salt);
  return {to_hex(salt), to_hex(derive_key_from_passphrase(password, salt, kParameters).view()), kParameters};
}

bool matches(const PasswordHash& kept, const Secret& password) {
  if (password.empty() || password.size() > kLongest) return false;
  const Secret derived = derive_key_from_passphrase(password, from_hex(kept.salt), kept.parameters);
  return equal_in_constant_time(derived.view(), from_hex(kept.hash));
}

void match_nothing(const Secret& password) {
  const std::array<std::uint8_t, kArgon2SaltSize> salt{};
  if (!password.empty() && password.size() <= kLongest) derive_key_from_passphrase(password, salt, kParameters);
}

}  // namespace rehome::site
