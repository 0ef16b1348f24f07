// SPDX-License-Identifier: Apache-2.0
#include "base/codec/derive.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome {
namespace {

std::string hkdf_hex(ByteView key, ByteView salt, ByteView info) {
  return to_hex(derive_key(Secret(key), salt, info).view());
}

Bytes counting(std::uint8_t first, std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) bytes[i] = static_cast<std::uint8_t>(first + i);
  return bytes;
}

// RFC 5869, appendix A, cases 1 to 3: the first 32 bytes, for a shorter output is a prefix of a longer one.
TEST(DeriveKey, MatchesRfc5869) {
  EXPECT_EQ(hkdf_hex(Bytes(22, 0x0b), counting(0, 13), counting(0xf0, 10)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  EXPECT_EQ(hkdf_hex(counting(0, 80), counting(0x60, 80), counting(0xb0, 80)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c");
  EXPECT_EQ(hkdf_hex(Bytes(22, 0x0b), {}, {}), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(DeriveKey, SaltAndInfoMatter) {
  const Bytes key(32, 1);
  EXPECT_NE(hkdf_hex(key, as_bytes("a"), as_bytes("x")), hkdf_hex(key, as_bytes("b"), as_bytes("x")));
  EXPECT_NE(hkdf_hex(key, as_bytes("a"), as_bytes("x")), hkdf_hex(key, as_bytes("a"), as_bytes("y")));
}

TEST(DeriveKeyDeathTest, NoKeyIsABug) { EXPECT_DEATH(derive_key(Secret(), {}, {}), "not there"); }

// An encoded hash from the tests of libsodium.
TEST(Argon2id, MatchesAKnownHash) {
  const Bytes salt = from_hex("6c0f356abb225f2b1ddd66d34739843b");
  EXPECT_EQ(to_hex(derive_key_from_passphrase(Secret(), salt, {.passes = 2, .memory_kib = 4882}).view()),
            "366f1004cfbb447d435e8f6bbe9e5cc0a10e38e7c3da0e89bb19578a1a0d7291");
}

TEST(Argon2id, PassphraseSaltAndParametersMatter) {
  const Bytes salt(kArgon2SaltSize, 7);
  const Argon2Parameters cheap{.passes = 1, .memory_kib = 64};
  const auto hex = [](const char* passphrase, ByteView with_salt, Argon2Parameters parameters) {
    return to_hex(derive_key_from_passphrase(Secret(as_bytes(passphrase)), with_salt, parameters).view());
  };
  const std::string one = hex("correct horse", salt, cheap);
  EXPECT_EQ(one, hex("correct horse", salt, cheap));
  EXPECT_NE(one, hex("correct horsf", salt, cheap));
  EXPECT_NE(one, hex("correct horse", Bytes(kArgon2SaltSize, 8), cheap));
  EXPECT_NE(one, hex("correct horse", salt, {.passes = 2, .memory_kib = 64}));
  EXPECT_NE(one, hex("correct horse", salt, {.passes = 1, .memory_kib = 65}));
}

ErrorCode code_of_deriving(std::size_t salt_size, Argon2Parameters parameters) {
  try {
    derive_key_from_passphrase(Secret(as_bytes("x")), Bytes(salt_size), parameters);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "a key was derived";
  return ErrorCode::io;
}

TEST(Argon2id, RefusesHostileParameters) {
  constexpr std::uint32_t kHuge = 0xffffffff;
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = 17, .memory_kib = 64}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = kHuge, .memory_kib = 64}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = 1, .memory_kib = 1024 * 1024 + 1}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = 1, .memory_kib = kHuge}), ErrorCode::limit_exceeded);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = 0, .memory_kib = 64}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize, {.passes = 1, .memory_kib = 7}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of_deriving(kArgon2SaltSize - 1, {.passes = 1, .memory_kib = 64}), ErrorCode::invalid_argument);
  EXPECT_EQ(code_of_deriving(0, {.passes = 1, .memory_kib = 64}), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace rehome
