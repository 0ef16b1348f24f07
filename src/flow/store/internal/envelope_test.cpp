// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/envelope.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::store {
namespace {

const Bytes kPlain = {1, 2, 3, 4, 5};
const Bytes kPlace = {9, 9};

class EnvelopeTest : public ::testing::TestWithParam<bool> {
 protected:
  Secret key() const { return GetParam() ? Secret(Bytes(32, 7)) : Secret(); }
};

TEST_P(EnvelopeTest, WhatGoesInComesOut) {
  Envelope envelope(key());
  const Bytes sealed = envelope.seal(3, kPlace, kPlain);
  EXPECT_EQ(sealed.size(), kPlain.size() + Envelope::kOverhead);
  EXPECT_EQ(envelope.open(3, kPlace, sealed), kPlain);
  EXPECT_EQ(envelope.open(4, kPlace, envelope.seal(4, kPlace, {})), Bytes());
}

TEST_P(EnvelopeTest, AnotherPlaceOrCounterDoesNotOpenIt) {
  Envelope envelope(key());
  const Bytes sealed = envelope.seal(3, kPlace, kPlain);
  EXPECT_THROW(envelope.open(2, kPlace, sealed), Error);
  EXPECT_THROW(envelope.open(3, Bytes{9, 8}, sealed), Error);
  EXPECT_THROW(envelope.open(3, Bytes{9, 9, 1}, sealed), Error);
}

TEST_P(EnvelopeTest, EveryFlippedBitAndEveryTruncationIsFound) {
  Envelope envelope(key());
  const Bytes sealed = envelope.seal(3, kPlace, kPlain);
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    Bytes damaged = sealed;
    damaged[i / 8] ^= static_cast<std::uint8_t>(1U << (i % 8));
    EXPECT_THROW(envelope.open(3, kPlace, damaged), Error) << i;
  }
  for (std::size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_THROW(envelope.open(3, kPlace, ByteView(sealed).first(length)), Error) << length;
  }
}

INSTANTIATE_TEST_SUITE_P(SealedAndHashed, EnvelopeTest, ::testing::Bool());

TEST(Envelope, WithAKeyNothingOfThePlainBytesShows) {
  Envelope envelope(Secret(Bytes(32, 7)));
  const Bytes plain(64, 'x');
  const Bytes sealed = envelope.seal(0, kPlace, plain);
  EXPECT_EQ(as_text(sealed).find("xxxx"), std::string_view::npos);
}

}  // namespace
}  // namespace rehome::store
