// SPDX-License-Identifier: Apache-2.0
#include "base/codec/seal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <sodium.h>

#include "base/core/error.h"

namespace rehome {
namespace {

Secret zero_key() { return Secret(Sealer::kKeySize); }

ErrorCode code_of_opening(Sealer& sealer, std::uint64_t counter, ByteView associated, ByteView sealed) {
  try {
    sealer.open(counter, associated, sealed);
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "it opened";
  return ErrorCode::io;
}

// Test cases 13 and 14 of the GCM specification (McGrew and Viega), which have the nonce zero.
TEST(Sealer, MatchesTheTestCasesOfGcm) {
  Sealer sealer(zero_key());
  EXPECT_EQ(to_hex(sealer.seal(0, {}, {})), "530f8afbc74536b9a963b4f1c4cb738b");
  EXPECT_EQ(to_hex(sealer.seal(0, {}, Bytes(16))), "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919");
}

// libsodium is the second opinion, for any counter, associated data and length.
RC_GTEST_PROP(Sealer, AgreesWithLibsodium, (std::uint64_t counter, Bytes associated, Bytes plain)) {
  RC_PRE(sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() == 1);
  Bytes nonce;
  ByteWriter writer(nonce);
  writer.u64(counter);
  writer.u32(0);
  const Secret key(as_bytes("0123456789abcdef0123456789abcdef"));
  Bytes expected(plain.size() + Sealer::kTagSize);
  crypto_aead_aes256gcm_encrypt(expected.data(), nullptr, plain.data(), plain.size(), associated.data(),
                                associated.size(), nullptr, nonce.data(), key.view().data());
  Sealer sealer(key);
  RC_ASSERT(sealer.seal(counter, associated, plain) == expected);
  RC_ASSERT(sealer.open(counter, associated, expected) == plain);
}

TEST(Sealer, EveryChangedBitIsFound) {
  Sealer sealer(zero_key());
  const Bytes associated = {1, 2, 3};
  const Bytes sealed = sealer.seal(5, associated, as_bytes("what was captured"));
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_EQ(code_of_opening(sealer, 5, associated, changed), ErrorCode::corrupt) << "bit " << bit;
  }
  EXPECT_EQ(as_text(sealer.open(5, associated, sealed)), "what was captured") << "after all those failures";
}

TEST(Sealer, KeyCounterAssociatedDataAndLengthMustBeTheSame) {
  Sealer sealer(zero_key());
  Sealer stranger(Secret(Bytes(Sealer::kKeySize, 1)));
  const Bytes associated = {1, 2, 3};
  const Bytes sealed = sealer.seal(5, associated, as_bytes("what was captured"));
  EXPECT_EQ(code_of_opening(stranger, 5, associated, sealed), ErrorCode::corrupt);
  EXPECT_EQ(code_of_opening(sealer, 6, associated, sealed), ErrorCode::corrupt);
  EXPECT_EQ(code_of_opening(sealer, 5 | std::uint64_t{1} << 63, associated, sealed), ErrorCode::corrupt);
  EXPECT_EQ(code_of_opening(sealer, 5, ByteView(associated).first(2), sealed), ErrorCode::corrupt);
  for (std::size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(code_of_opening(sealer, 5, associated, ByteView(sealed).first(size)), ErrorCode::corrupt) << size;
  }
}

TEST(Sealer, RefusesWhatIsTooLargeBeforeItReadsOrAllocates) {
  Sealer sealer(zero_key());
  const std::uint8_t byte = 0;
  const ByteView claimed(&byte, std::size_t{3} << 30);
  EXPECT_THROW(sealer.seal(0, {}, claimed), Error);
  EXPECT_THROW(sealer.seal(0, claimed, {}), Error);
  EXPECT_EQ(code_of_opening(sealer, 0, {}, claimed), ErrorCode::limit_exceeded);
}

TEST(SealerDeathTest, AKeyOfAnotherSizeIsABug) { EXPECT_DEATH(Sealer(Secret(31)), "32 bytes"); }

}  // namespace
}  // namespace rehome
