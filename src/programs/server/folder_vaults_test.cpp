// SPDX-License-Identifier: Apache-2.0
#include "programs/server/folder_vaults.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/machine/linux/linux_file_tree.h"
#include "tests/support/real_volumes.h"
#include "tests/support/scratch_folder.h"

namespace rehome::server {
namespace {

using rehome::testing::RealVolumes;
using rehome::testing::ScratchFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kVault(32, 'a');

class FolderVaultsTest : public ::testing::Test {
 protected:
  site::VaultPlace place(const std::string& folder) const { return {folder, kVault, "f-17"}; }
  /// What is said of a failure, and what is kept for the log.
  struct Said {
    ErrorCode code;
    std::string message, whole;
  };
  template <typename Work>
  Said said(const Work& work) {
    try {
      work();
    } catch (const Error& error) {
      return {error.code(), error.message(), error.what()};
    }
    ADD_FAILURE() << "nothing was thrown";
    return {ErrorCode::cancelled, "", ""};
  }

  ScratchFolder scratch_;
  std::unique_ptr<FileTree> files_ = open_linux_file_tree("/");
  FolderVaults vaults_{*files_};
};

TEST_F(FolderVaultsTest, AFolderThatIsGoneIsNamedByItsIdAlone) {
  const std::string gone = scratch_.path_of("gone");
  for (const auto& attempt : std::vector<std::function<void()>>{
           [&] { vaults_.space({.path = gone, .id = "f-17"}); }, [&] { vaults_.captures(place(gone)); },
           [&] { vaults_.first_missing(place(gone), kVault); },
           [&] { vaults_.tidy_after_capture(place(gone), kVault); },
           [&] { vaults_.remove_capture(place(gone), kVault); }, [&] { vaults_.remove_vault(place(gone)); },
           [&] { vaults_.used_bytes(place(gone)); }, [&] { vaults_.open(place(gone), true); }}) {
    const Said what = said(attempt);
    EXPECT_EQ(what.code, ErrorCode::not_found);
    EXPECT_EQ(what.message, "folder f-17 of the state migration point: No such file or directory");
    EXPECT_THAT(what.whole, HasSubstr(gone));
  }
}

TEST_F(FolderVaultsTest, WhatIsNoFolderIsNamedByItsIdAlone) {
  std::ofstream(scratch_.path_of("file")) << "x";
  const Said what = said([&] { vaults_.captures(place(scratch_.path_of("file"))); });
  EXPECT_THAT(what.message, AllOf(HasSubstr("f-17"), Not(HasSubstr(scratch_.path_of("")))));
  EXPECT_THAT(what.whole, HasSubstr(scratch_.path_of("file")));
}

// Under the path is the empty place where the volume is to be mounted, or another volume.
TEST_F(FolderVaultsTest, WithoutItsMarkAFolderIsNotThere) {
  const std::string path = scratch_.path_of("states");
  std::filesystem::create_directory(path);
  const site::FolderPlace folder{.path = path, .id = "f-17"};
  EXPECT_EQ(vaults_.mark_of(folder), std::nullopt);
  for (const char* mark : {"", "f-18\n"}) {
    if (*mark != 0) std::ofstream(path + "/.rehome-folder") << mark;
    for (const auto& attempt : std::vector<std::function<void()>>{
             [&] { vaults_.space(folder); }, [&] { vaults_.check_writable(folder); },
             [&] { vaults_.captures(place(path)); }, [&] { vaults_.remove_vault(place(path)); },
             [&] { vaults_.used_bytes(place(path)); }, [&] { vaults_.open(place(path), true); }}) {
      const Said what = said(attempt);
      EXPECT_EQ(what.code, ErrorCode::io);
      EXPECT_THAT(what.message, AllOf(HasSubstr("f-17"), HasSubstr("not mounted"), Not(HasSubstr(path))));
    }
    EXPECT_FALSE(std::filesystem::exists(path + "/" + kVault));
  }
  vaults_.mark(folder);
  EXPECT_EQ(vaults_.mark_of(folder), "f-17");
  vaults_.check_writable(folder);
  EXPECT_NE(vaults_.open(place(path), true), nullptr);
}

TEST_F(FolderVaultsTest, AFolderThatCannotBeWrittenSaysSo) {
  RealVolumes volumes;
  if (!volumes.mount("ext4", "/smp", 32 << 20)) GTEST_SKIP() << "SKIPPED: this system makes or mounts no volumes";
  const std::string path = (volumes.root() / "smp").string();
  const site::FolderPlace folder{.path = path, .id = "f-17"};
  vaults_.mark(folder);
  vaults_.check_writable(folder);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path), {}), 2) << "the mark, and lost+found";
  ASSERT_EQ(std::system(("mount -o remount,ro " + path).c_str()), 0);
  EXPECT_EQ(said([&] { vaults_.check_writable(folder); }).message,
            "folder f-17 of the state migration point: Read-only file system");
  EXPECT_NO_THROW(vaults_.space(folder));
  EXPECT_NO_THROW(vaults_.captures(place(path)));
}

// A damaged vault is told by what is wrong with it, which names no folder.
TEST_F(FolderVaultsTest, OtherErrorsStayAsTheyAre) {
  const site::FolderPlace folder{.path = "/smp", .id = "f-17"};
  EXPECT_STREQ(without_path(folder, Error(ErrorCode::corrupt, "the manifest is damaged")).what(),
               "the manifest is damaged");
  const Error told = without_path(folder, Error(ErrorCode::refused, "/smp/a was exchanged for something else"));
  EXPECT_EQ(told.message(), "folder f-17 of the state migration point/a was exchanged for something else");
}

TEST_F(FolderVaultsTest, FoldersOfOneVolumeAreKnownAsSuch) {
  const auto volume = [&](const std::filesystem::path& path) {
    std::filesystem::create_directories(path);
    return vaults_.space({.path = path.string(), .id = ""}).volume;
  };
  RealVolumes volumes;
  if (!volumes.mount("ext4", "/one", 32 << 20) || !volumes.mount("ext4", "/two", 32 << 20) ||
      !volumes.bind("/one", "/again")) {
    GTEST_SKIP() << "SKIPPED: this system makes or mounts no volumes";
  }
  const std::uint64_t one = volume(volumes.root() / "one/a");
  EXPECT_NE(one, 0U);
  EXPECT_EQ(volume(volumes.root() / "one/b"), one);
  EXPECT_EQ(volume(volumes.root() / "again/c"), one) << "under another name it is the same volume";
  EXPECT_NE(volume(volumes.root() / "two/a"), one);
}

}  // namespace
}  // namespace rehome::server
