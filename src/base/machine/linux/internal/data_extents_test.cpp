// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/data_extents.h"

#include <cstdlib>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "base/core/platform/fd.h"
#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kStep = std::uint64_t{1} << 20;

/// A file with a block of data at each of these places, in an unlinked file.
class DataExtentsTest : public ::testing::Test {
 protected:
  DataExtentsTest() {
    std::string name = (std::filesystem::temp_directory_path() / "rehome-extents-XXXXXX").string();
    fd_ = platform::UniqueFd(::mkstemp(name.data()));
    ::unlink(name.c_str());
  }
  void put(std::uint64_t offset) const {
    const Bytes block(65536, 1);
    EXPECT_EQ(::pwrite(fd_.get(), block.data(), block.size(), static_cast<off_t>(offset)), 65536);
  }
  void resize(std::uint64_t size) const { EXPECT_EQ(::ftruncate(fd_.get(), static_cast<off_t>(size)), 0); }
  NodeInfo info() const { return inspect_node({.fd = fd_.get(), .only_path = false, .path = "test"}); }
  std::vector<Extent> extents(std::size_t most = kMostExtents) const {
    return find_data_extents(fd_.get(), info(), "test", most);
  }

  platform::UniqueFd fd_;
};

TEST_F(DataExtentsTest, AnEmptyFileHasNone) { EXPECT_THAT(extents(), IsEmpty()); }

TEST_F(DataExtentsTest, AFileOfOneHoleHasNone) {
  resize(3 * kStep);
  EXPECT_THAT(extents(), IsEmpty());
}

TEST_F(DataExtentsTest, ADenseFileIsOneRange) {
  put(0);
  ::fsync(fd_.get());
  EXPECT_THAT(extents(), ElementsAre(Extent{.offset = 0, .length = 65536}));
}

TEST_F(DataExtentsTest, EveryRangeIsFound) {
  put(kStep);
  put(3 * kStep);
  resize(5 * kStep);
  EXPECT_THAT(extents(), ElementsAre(Extent{kStep, 65536}, Extent{3 * kStep, 65536}));
}

TEST_F(DataExtentsTest, BeyondTheLimitTheRestIsData) {
  for (std::uint64_t i = 1; i < 10; ++i) put(i * kStep);
  resize(12 * kStep);
  EXPECT_THAT(extents(3), ElementsAre(Extent{kStep, 65536}, Extent{2 * kStep, 65536}, Extent{3 * kStep, 9 * kStep}));
}

TEST_F(DataExtentsTest, WhatGrewMeanwhileIsNotTold) {
  resize(2 * kStep);
  const NodeInfo before = info();
  put(3 * kStep);
  EXPECT_THAT(find_data_extents(fd_.get(), before, "test"), IsEmpty());
}

}  // namespace
}  // namespace rehome::linux_files
