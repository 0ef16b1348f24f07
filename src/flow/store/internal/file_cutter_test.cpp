// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/file_cutter.h"

#include <gtest/gtest.h>

#include "base/machine/memory/memory_machine.h"
#include "tests/support/vault_world.h"

namespace rehome::store {
namespace {

using rehome::testing::noise;

constexpr ChunkSizes kSmall{.smallest = 1024, .average = 4096, .largest = 16384};

class FileCutterTest : public ::testing::Test {
 protected:
  FileShape cut(const std::string& name) {
    chunks.clear();
    const auto file = machine.files().open("/")->open_file(name);
    return cut_file(*file, chunker, [&](ByteView chunk) { chunks.emplace_back(as_text(chunk)); });
  }
  std::string joined() const {
    std::string all;
    for (const std::string& chunk : chunks) all += chunk;
    return all;
  }
  ManualClock clock;
  MemoryMachine machine{MachineFlavour::linux, clock};
  Chunker chunker{Secret(Bytes(32, 1)), kSmall};
  std::vector<std::string> chunks;
};

TEST_F(FileCutterTest, AnEmptyFileHasNoChunk) {
  machine.add_file("/f", "");
  EXPECT_EQ(cut("f").size, 0U);
  EXPECT_TRUE(chunks.empty());
}

TEST_F(FileCutterTest, ASmallFileIsOneChunk) {
  machine.add_file("/f", noise(16384));
  const FileShape shape = cut("f");
  EXPECT_EQ(chunks, std::vector{noise(16384)});
  EXPECT_EQ(shape.size, 16384U);
  EXPECT_TRUE(shape.extents.empty());
}

TEST_F(FileCutterTest, ALargeFileIsCutAndNothingIsLost) {
  for (const std::size_t size : {16385U, 100'000U, 1'000'000U}) {
    machine.add_file("/f", noise(size));
    EXPECT_EQ(cut("f").size, size);
    EXPECT_EQ(joined(), noise(size));
    EXPECT_GT(chunks.size(), 1U);
    for (const std::string& chunk : chunks) EXPECT_LE(chunk.size(), kSmall.largest);
  }
}

/// Nothing in it says where to cut, so that chunks are of the largest size and end where buffers do.
TEST_F(FileCutterTest, AFileThatRepeatsItselfIsWholeWhateverItsSize) {
  for (std::size_t size = 1; size < 10 * kSmall.largest; size += 1021) {
    machine.add_file("/f", std::string(size, '\0'));
    ASSERT_EQ(cut("f").size, size);
    ASSERT_EQ(joined().size(), size);
  }
}

TEST_F(FileCutterTest, WhatFollowsALongRunIsThereToo) {
  for (const std::size_t run : {2 * kSmall.largest, 2 * kSmall.largest + 1, 5 * kSmall.largest}) {
    const std::string content = noise(50'000) + std::string(run, 'a') + noise(50'000);
    machine.add_file("/f", content);
    cut("f");
    EXPECT_EQ(joined(), content);
  }
}

TEST_F(FileCutterTest, CutsDoNotDependOnHowReadsComeBack) {
  machine.add_file("/f", noise(300'000));
  cut("f");
  const std::vector<std::string> before = chunks;
  machine.failures().shorten_reads("*", 777);
  cut("f");
  EXPECT_EQ(chunks, before);
}

TEST_F(FileCutterTest, HolesAreLeftOut) {
  machine.files().write_into("/f", 1'000'000, noise(50'000));
  machine.files().set_size("/f", 3'000'000);
  const FileShape shape = cut("f");
  EXPECT_EQ(shape.size, 3'000'000U);
  std::uint64_t data = 0;
  for (const Extent& extent : shape.extents) data += extent.length;
  EXPECT_EQ(data, joined().size());
  EXPECT_LT(data, 70'000U);
}

TEST_F(FileCutterTest, AFileThatIsAllHoleSaysSo) {
  machine.files().set_size("/f", 1'000'000);
  const FileShape shape = cut("f");
  EXPECT_EQ(shape.size, 1'000'000U);
  EXPECT_EQ(shape.extents, std::vector<Extent>{Extent{}});
  EXPECT_TRUE(chunks.empty());
}

TEST_F(FileCutterTest, AFileCutShortWhileItIsReadEndsWhereItEnds) {
  machine.add_file("/f", noise(100'000));
  machine.failures().before(Operation::read, "/f", [&](const MachinePath&) { machine.files().set_size("/f", 40'000); });
  const FileShape shape = cut("f");
  EXPECT_EQ(shape.size, joined().size());
  EXPECT_EQ(joined(), noise(100'000).substr(0, joined().size()));
  EXPECT_EQ(shape.size, 40'000U);
}

TEST_F(FileCutterTest, AFileThatGrowsIsReadToItsFirstSize) {
  machine.add_file("/f", noise(1000));
  machine.failures().before(Operation::read, "/f",
                            [&](const MachinePath&) { machine.files().write_into("/f", 1000, noise(5000)); });
  EXPECT_EQ(cut("f").size, 1000U);
}

}  // namespace
}  // namespace rehome::store
