// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/framed_blob.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::store {
namespace {

constexpr std::string_view kMagic = "RHTEST\r\n";
const Bytes kBody = {1, 2, 3};

ErrorCode code_of(ByteView blob) {
  try {
    unframe_blob(blob, kMagic, "the test");
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "it opened";
  return ErrorCode::io;
}

TEST(FramedBlob, TheBodyComesBack) {
  const Bytes blob = frame_blob(kMagic, kBody);
  const ByteView body = unframe_blob(blob, kMagic, "the test");
  EXPECT_EQ(Bytes(body.begin(), body.end()), kBody);
}

TEST(FramedBlob, EveryFlippedByteIsDamageAndNeverANewerVersion) {
  const Bytes blob = frame_blob(kMagic, kBody);
  for (std::size_t i = 0; i < blob.size(); ++i) {
    Bytes damaged = blob;
    damaged[i] ^= 0x40;
    EXPECT_EQ(code_of(damaged), ErrorCode::corrupt) << i;
  }
  for (std::size_t length = 0; length < blob.size(); ++length) {
    EXPECT_EQ(code_of(ByteView(blob).first(length)), ErrorCode::corrupt) << length;
  }
}

TEST(FramedBlob, ANewerVersionIsSaidToBeOne) {
  EXPECT_EQ(code_of(frame_blob(kMagic, kBody, kFormatVersion + 1)), ErrorCode::unsupported_version);
}

TEST(FramedBlob, AnotherKindOfBlobIsNotTakenForThisOne) {
  EXPECT_EQ(code_of(frame_blob("RHOTHER\n", kBody)), ErrorCode::corrupt);
}

}  // namespace
}  // namespace rehome::store
