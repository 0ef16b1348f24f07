// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/private_file.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "tests/support/scratch_folder.h"

namespace rehome::platform {
namespace {

using Perms = std::filesystem::perms;

TEST(PrivateFile, IsForItsOwnerAlone) {
  const testing::ScratchFolder scratch;
  const std::string path = scratch.path() / "file";
  make_private_file(path);
  EXPECT_EQ(std::filesystem::status(path).permissions(), Perms(0600));
  EXPECT_EQ(std::filesystem::file_size(path), 0U);
}

TEST(PrivateFile, OneThatIsThereIsTakenFromOthersAndKeepsItsContent) {
  const testing::ScratchFolder scratch;
  const std::string path = scratch.path() / "file";
  std::ofstream(path) << "content";
  std::filesystem::permissions(path, Perms(0664));
  make_private_file(path);
  EXPECT_EQ(std::filesystem::status(path).permissions(), Perms(0600));
  EXPECT_EQ(std::filesystem::file_size(path), 7U);
}

TEST(PrivateFile, SaysWhatCouldNotBeMade) {
  const testing::ScratchFolder scratch;
  try {
    make_private_file(scratch.path() / "nowhere" / "file");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::not_found);
  }
}

}  // namespace
}  // namespace rehome::platform
