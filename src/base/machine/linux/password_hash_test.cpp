// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/password_hash.h"

#include <crypt.h>
#include <gtest/gtest.h>
#include <memory>

#include "base/core/error.h"
#include "tests/support/counting_random.h"

namespace rehome {
namespace {

TEST(PasswordHash, IsWhatLoginComparesWith) {
  testing::CountingRandom random;
  const std::string hash = hash_account_password("first login", random);
  EXPECT_TRUE(hash.starts_with("$y$")) << hash;
  const auto work = std::make_unique<crypt_data>();
  EXPECT_EQ(hash, ::crypt_r("first login", hash.c_str(), work.get()));
  EXPECT_NE(hash, ::crypt_r("first Login", hash.c_str(), work.get()));
  EXPECT_NE(hash, hash_account_password("first login", random)) << "a salt of its own";
}

TEST(PasswordHash, WhatIsNoPasswordIsRefused) {
  testing::CountingRandom random;
  EXPECT_THROW(hash_account_password("", random), Error);
  EXPECT_THROW(hash_account_password(std::string(513, 'x'), random), Error);
  EXPECT_THROW(hash_account_password(std::string("a\0b", 3), random), Error);
}

}  // namespace
}  // namespace rehome
