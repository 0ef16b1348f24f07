// SPDX-License-Identifier: Apache-2.0
#include "base/codec/signature.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome {
namespace {

TEST(Signing, HoldsForTheSameBytesAndTheSameKeyOnly) {
  const SigningKeyPair pair = make_signing_key_pair();
  const Signature signature = sign(pair.secret_key, as_bytes("wipe it"));
  EXPECT_TRUE(is_signed_by(pair.signer, as_bytes("wipe it"), signature));
  EXPECT_FALSE(is_signed_by(pair.signer, as_bytes("wipe in"), signature));
  EXPECT_FALSE(is_signed_by(make_signing_key_pair().signer, as_bytes("wipe it"), signature));
  EXPECT_FALSE(is_signed_by(SignerKey{}, as_bytes("wipe it"), signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Signature changed = signature;
    changed.at(i) ^= 1;
    EXPECT_FALSE(is_signed_by(pair.signer, as_bytes("wipe it"), changed)) << i;
  }
}

// RFC 8032, 7.1, test 2.
TEST(Signing, IsEd25519) {
  const Secret key{ByteView(from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))};
  EXPECT_EQ(to_hex(signer_of(key).bytes), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(to_hex(sign(key, from_hex("72"))),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Signing, OtherSizesAreNoKeys) {
  EXPECT_THROW(sign(Secret(31), as_bytes("x")), Error);
  EXPECT_THROW(signer_of(Secret(64)), Error);
}

}  // namespace
}  // namespace rehome
