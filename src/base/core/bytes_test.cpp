// SPDX-License-Identifier: Apache-2.0
#include "base/core/bytes.h"

#include <gtest/gtest.h>

#include "base/core/clock.h"
#include "base/core/error.h"

namespace rehome {
namespace {

TEST(Bytes, WriterAndReaderAgreeOnLittleEndian) {
  Bytes buffer;
  ByteWriter writer(buffer);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  writer.u64(0x08090a0b0c0d0e0f);
  EXPECT_EQ(to_hex(buffer), "010302070605040f0e0d0c0b0a0908");
  ByteReader reader(buffer, "test");
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607U);
  EXPECT_EQ(reader.u64(), 0x08090a0b0c0d0e0fU);
  EXPECT_EQ(reader.remaining(), 0U);
}

TEST(Bytes, ReadingPastTheEndIsCorruptAndNamesTheThing) {
  const Bytes three = {1, 2, 3};
  ByteReader reader(three, "the header");
  try {
    reader.u32();
    FAIL() << "read four bytes out of three";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    EXPECT_EQ(error.message(), "the header ends before all of it was read");
  }
  EXPECT_THROW(reader.bytes(SIZE_MAX), Error);
}

TEST(Bytes, HexRefusesStrangersAndOddLengths) {
  EXPECT_EQ(from_hex("00fFa9"), (Bytes{0, 255, 169}));
  EXPECT_THROW(from_hex("0g"), Error);
  EXPECT_THROW(from_hex("abc"), Error);
}

TEST(Error, TellsItsContextInOrder) {
  Error error(ErrorCode::no_space, "the volume is full");
  error.add_context("while writing a pack").add_context("while capturing ann");
  EXPECT_STREQ(error.what(), "the volume is full; while writing a pack; while capturing ann");
  EXPECT_EQ(system_error(28, "write x").code(), ErrorCode::no_space);
  EXPECT_EQ(system_error(28, "write x").message(), "cannot write x: No space left on device");
}

TEST(Clock, PrintsMomentsBeforeAndAfterTheEpoch) {
  EXPECT_EQ(to_iso8601({.seconds = 0, .nanoseconds = 0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_iso8601({.seconds = -126230400, .nanoseconds = 5}), "1966-01-01T00:00:00Z");
}

}  // namespace
}  // namespace rehome
