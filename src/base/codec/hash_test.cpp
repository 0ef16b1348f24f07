// SPDX-License-Identifier: Apache-2.0
#include "base/codec/hash.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <string>

namespace rehome {
namespace {

std::string sha256_hex(std::string_view text) { return to_hex(sha256(as_bytes(text))); }

TEST(Sha256, MatchesTheExamplesOfFips180) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1'000'000, 'a')),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PiecesGiveTheSameAsTheWholeAndTheObjectIsReadyAgain) {
  Bytes message(1000);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 7);
  Sha256 hash;
  for (const std::size_t piece : {1U, 63U, 64U, 65U, 999U}) {
    for (ByteView rest = message; !rest.empty(); rest = rest.subspan(std::min(piece, rest.size()))) {
      hash.update(rest.first(std::min(piece, rest.size())));
    }
    EXPECT_EQ(hash.finish(), sha256(message)) << "in pieces of " << piece;
  }
  EXPECT_EQ(hash.finish(), sha256({}));
}

// RFC 4231, test cases 1, 2, 3 and 6.
TEST(HmacSha256, MatchesRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0b), as_bytes("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0xaa), Bytes(50, 0xdd))),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(HmacSha256, AnEmptyKeyIsAKey) {
  EXPECT_EQ(to_hex(hmac_sha256({}, {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(KeyedHash, ForgetsOneMessageBeforeTheNext) {
  const Bytes key(32, 7);
  KeyedHash hash(key);
  for (const std::string_view message :
       {"one", "", "a longer one, over more than a single block of sixty-four bytes", "one"}) {
    EXPECT_EQ(hash.of(as_bytes(message)), hmac_sha256(key, as_bytes(message))) << message;
  }
}

TEST(EqualInConstantTime, TellsContentAndLength) {
  const Bytes a = {1, 2, 3};
  EXPECT_TRUE(equal_in_constant_time(a, Bytes{1, 2, 3}));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_FALSE(equal_in_constant_time(a, Bytes{1, 2, 4}));
  EXPECT_FALSE(equal_in_constant_time(a, Bytes{1, 2}));
  EXPECT_FALSE(equal_in_constant_time({}, a));
}

}  // namespace
}  // namespace rehome
