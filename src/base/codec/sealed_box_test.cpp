// SPDX-License-Identifier: Apache-2.0
#include "base/codec/sealed_box.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome {
namespace {

ErrorCode code_of_opening(const Secret& key, ByteView box) {
  try {
    open_box(key, box);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "it opened";
  return ErrorCode::io;
}

// RFC 7748, section 6.1: Alice's keys.
TEST(SealedBox, PublicKeyMatchesRfc7748) {
  const Secret secret(from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  EXPECT_EQ(to_hex(public_key_of(secret)), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
}

TEST(SealedBox, OnlyTheHolderOpensIt) {
  const KeyPair mine = make_key_pair();
  const KeyPair other = make_key_pair();
  EXPECT_EQ(public_key_of(mine.secret_key), mine.public_key);
  EXPECT_NE(mine.public_key, other.public_key);
  const Bytes box = close_box(mine.public_key, as_bytes("the vault key"));
  EXPECT_EQ(as_text(open_box(mine.secret_key, box).view()), "the vault key");
  EXPECT_EQ(code_of_opening(other.secret_key, box), ErrorCode::wrong_key);
  EXPECT_NE(close_box(mine.public_key, as_bytes("the vault key")), box) << "two boxes must not be linkable";
}

TEST(SealedBox, EveryChangedByteAndEveryCutIsFound) {
  const KeyPair mine = make_key_pair();
  const Bytes box = close_box(mine.public_key, as_bytes("key"));
  for (std::size_t i = 0; i < box.size(); ++i) {
    Bytes changed = box;
    changed[i] ^= 1;
    EXPECT_EQ(code_of_opening(mine.secret_key, changed), ErrorCode::wrong_key) << "byte " << i;
    EXPECT_EQ(code_of_opening(mine.secret_key, ByteView(box).first(i)), ErrorCode::wrong_key) << "cut at " << i;
  }
}

TEST(SealedBox, AnEmptyMessageIsAMessage) {
  const KeyPair mine = make_key_pair();
  EXPECT_TRUE(open_box(mine.secret_key, close_box(mine.public_key, {})).empty());
}

TEST(SealedBox, RefusesKeysThatAreNone) {
  EXPECT_THROW(public_key_of(Secret(31)), Error);
  EXPECT_THROW(open_box(Secret(33), Bytes(100)), Error);
  EXPECT_THROW(close_box(PublicKey{}, as_bytes("key")), Error) << "the zero point: anybody could open the box";
}

}  // namespace
}  // namespace rehome
