// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/content_digest.h"

#include <gtest/gtest.h>

namespace rehome::transport {
namespace {

// printf abc | openssl dgst -sha256 -binary | base64
constexpr std::string_view kOfAbc = "sha-256=:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=:";

TEST(ContentDigest, IsWhatOtherToolsMake) { EXPECT_EQ(content_digest(sha256(as_bytes("abc"))), kOfAbc); }

TEST(ContentDigest, IsReadBackAmongOthers) {
  for (int value = 0; value < 256; ++value) {
    const Digest digest = sha256(Bytes(1, static_cast<std::uint8_t>(value)));
    EXPECT_EQ(parse_content_digest("sha-512=:AAAA:, " + content_digest(digest) + ", x=:AA==:"), digest);
  }
}

TEST(ContentDigest, WhatIsNoneIsNone) {
  const std::string good(kOfAbc);
  for (const std::string& field :
       {std::string(), std::string("sha-256=:"), std::string("sha-256=::"), std::string("sha-512=:AAAA:"),
        good.substr(0, good.size() - 1), good.substr(0, 20) + "!" + good.substr(21), good.substr(0, 20) + "=:"}) {
    EXPECT_EQ(parse_content_digest(field), std::nullopt) << field;
  }
}

}  // namespace
}  // namespace rehome::transport
