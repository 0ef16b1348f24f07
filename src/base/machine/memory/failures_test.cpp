// SPDX-License-Identifier: Apache-2.0
#include "base/machine/memory/failures.h"

#include <cerrno>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "base/machine/memory/memory_machine.h"

namespace rehome {
namespace {

using ::testing::ElementsAre;

class FailuresTest : public ::testing::Test {
 protected:
  FailuresTest() { machine.add_file("/home/ann/f", "0123456789"); }
  std::string read(std::size_t size = 100) {
    Bytes bytes(size);
    return std::string(as_text(ByteView(bytes).first(folder->open_file("f")->read_at(0, bytes))));
  }
  ManualClock clock;
  MemoryMachine machine{MachineFlavour::linux, clock};
  std::unique_ptr<Folder> folder = machine.files().open("/home");
  void SetUp() override { folder = machine.files().open("/home/ann"); }
};

TEST_F(FailuresTest, FailsEveryMatchingCallWithItsErrno) {
  machine.failures().fail(Operation::open_file, "/home/*", EACCES);
  for (int i = 0; i < 2; ++i) {
    try {
      read();
      FAIL();
    } catch (const Error& error) {
      EXPECT_EQ(error.system_code(), EACCES);
      EXPECT_EQ(error.code(), ErrorCode::permission_denied);
    }
  }
  EXPECT_NO_THROW(folder->inspect("f"));
  machine.failures().clear();
  EXPECT_EQ(read(), "0123456789");
}

TEST_F(FailuresTest, FailsJustTheCallThatWasNamed) {
  machine.failures().fail_once(Operation::read, "/home/ann/f", EIO, 2);
  EXPECT_NO_THROW(read());
  EXPECT_THROW(read(), Error);
  EXPECT_NO_THROW(read());
}

TEST_F(FailuresTest, FailsEverythingAfterTheEnd) {
  machine.failures().fail_everything_from(2, EIO);
  EXPECT_NO_THROW(folder->inspect("f"));
  EXPECT_THROW(folder->inspect("f"), Error);
  EXPECT_THROW(folder->list(), Error);
}

TEST_F(FailuresTest, OtherPathsAreSpared) {
  machine.add_file("/home/ann/g", "g");
  machine.failures().fail(Operation::any, "/home/ann/g", EIO);
  EXPECT_NO_THROW(read());
  EXPECT_THROW(folder->open_file("g"), Error);
}

TEST_F(FailuresTest, ShortensReads) {
  machine.failures().shorten_reads("*", 3);
  EXPECT_EQ(read(), "012");
}

TEST_F(FailuresTest, AHookMayChangeWhatIsBeingRead) {
  machine.failures().before(Operation::read, "/home/ann/f", [&](const MachinePath& path) {
    clock.advance(std::chrono::seconds(1));
    machine.add_file(path, "other");
  });
  const Timestamp before = folder->inspect("f").metadata.modified;
  EXPECT_EQ(read(), "other");
  EXPECT_LT(before, folder->inspect("f").metadata.modified);
  EXPECT_EQ(machine.files().content_of("/home/ann/f"), "other");
}

TEST_F(FailuresTest, CountsCallsByOperationAndPath) {
  machine.failures().clear_counts();
  read();
  read();
  folder->inspect("f");
  EXPECT_EQ(machine.failures().calls(Operation::open_file), 2U);
  EXPECT_EQ(machine.failures().calls(Operation::open_file, "/home/bob/*"), 0U);
  EXPECT_EQ(machine.failures().calls(Operation::any, "*/f"), 5U);
  EXPECT_THAT(machine.failures().paths(Operation::read), ElementsAre("/home/ann/f"));
}

}  // namespace
}  // namespace rehome
