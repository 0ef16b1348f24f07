// SPDX-License-Identifier: Apache-2.0
// Hard-link and uncompressed stores on real volumes: several mounts, subvolumes, a bind mount, files that refuse a
// link.
#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "base/core/error.h"
#include "tests/support/linux_capture.h"
#include "tests/support/real_volumes.h"

namespace rehome {
namespace {

namespace fs = std::filesystem;
using rehome::testing::LinuxCapture;
using rehome::testing::RealVolumes;
using rehome::testing::runs;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint64_t kImage = std::uint64_t{400} << 20;
constexpr std::uint64_t kHole = std::uint64_t{20} << 20;

struct stat status_of(const fs::path& path) {
  struct stat status{};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status;
}

class TreeVolumesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
    if (!volumes.mount("ext4", "/home", kImage)) GTEST_SKIP() << "this system makes or mounts no ext4 from an image";
    if (!volumes.mount("xfs", "/data", kImage)) GTEST_SKIP() << "this system makes or mounts no xfs from an image";
    computer.emplace(volumes.root());
    for (const auto& [path, content] : contents) computer->write(path, content);
  }
  void TearDown() override { computer.reset(); }

  std::map<std::string, std::string> expected() const {
    std::map<std::string, std::string> files;
    const std::size_t above = std::string("/home/").size();  // as long as "/data/"
    for (const auto& [path, content] : contents) files[path.substr(above)] = content;
    return files;
  }
  fs::path sister(const std::string& top) const {
    return computer->path(top + "/.rehome-" + computer->vault->info().vault_id);
  }

  RealVolumes volumes;
  std::optional<LinuxCapture> computer;
  std::map<std::string, std::string> contents = {{"/home/ann/letter", "Dear Bob"},
                                                 {"/home/ann/empty", ""},
                                                 {"/home/ann/a/b/c/large", std::string(3'000'000, 'x')},
                                                 {"/home/ann/odd \n \xff name", "odd"},
                                                 {"/data/bob/notes", "on another volume"}};
};

TEST_F(TreeVolumesTest, EveryByteIsReadableAfterTheOriginalsAreGone) {
  std::map<std::string, struct stat> before;
  for (const auto& [path, content] : contents) before[path] = status_of(computer->path(path));
  computer->create(StoreKind::hard_link);
  computer->capture();
  EXPECT_LT(computer->stored_bytes, 100'000U) << "the catalog, and no content";
  for (const auto& [path, content] : contents) {
    const struct stat after = status_of(computer->path(path));
    EXPECT_EQ(after.st_nlink, 2U) << path;
    EXPECT_EQ(after.st_ino, before[path].st_ino);
    EXPECT_EQ(after.st_mode, before[path].st_mode);
    EXPECT_EQ(after.st_mtim.tv_nsec, before[path].st_mtim.tv_nsec);
    EXPECT_EQ(after.st_atim.tv_nsec, before[path].st_atim.tv_nsec);
  }
  EXPECT_THAT(computer->captured_findings(), IsEmpty());
  for (const fs::path& folder : {sister("/home"), sister("/data")}) {
    EXPECT_EQ(status_of(folder).st_mode & 07777U, 0700U) << folder;
    EXPECT_EQ(status_of(folder).st_uid, 0U) << folder;
  }

  fs::remove_all(computer->path("/home/ann"));
  fs::remove_all(computer->path("/data/bob"));
  computer->open();
  EXPECT_EQ(computer->restored(), expected());
  Progress progress;
  EXPECT_THAT(computer->vault->verify("", true, progress).damages, IsEmpty());
}

TEST_F(TreeVolumesTest, LinkingBackGivesTheSameFileOnItsVolumeOnly) {
  computer->create(StoreKind::hard_link);
  computer->capture();
  const ino_t letter = status_of(computer->path("/home/ann/letter")).st_ino;
  fs::remove_all(computer->path("/home/ann"));
  fs::create_directories(computer->path("/home/ann"));
  const auto home = computer->machine->files().open_for_writing("/home/ann");
  const auto other = computer->machine->files().open_for_writing("/data");
  computer->visit([&](const std::string& name, const Object& object, const CapturedState& state) {
    if (name != "ann/letter") return;
    EXPECT_FALSE(state.link_content(object, *other, "letter")) << "another volume";
    EXPECT_TRUE(state.link_content(object, *home, "letter"));
  });
  EXPECT_EQ(status_of(computer->path("/home/ann/letter")).st_ino, letter);
}

TEST_F(TreeVolumesTest, ASecondCaptureLinksEverythingAgain) {
  computer->create(StoreKind::hard_link);
  computer->capture();
  computer->write("/home/ann/new", "new");
  const CaptureInfo info = computer->capture();
  EXPECT_EQ(info.findings.errors, 0U);
  contents["/home/ann/new"] = "new";
  EXPECT_EQ(computer->restored(), expected());
  EXPECT_EQ(status_of(computer->path("/home/ann/letter")).st_nlink, 3U);
}

TEST_F(TreeVolumesTest, WhatRefusesALinkIsCopiedAndListed) {
  ASSERT_TRUE(runs("chattr +i " + computer->path("/home/ann/letter").string()));
  ASSERT_TRUE(runs("chattr +a " + computer->path("/data/bob/notes").string()));
  computer->create(StoreKind::hard_link);
  computer->capture();
  std::vector<std::string> copied;
  for (const Finding& finding : computer->captured_findings()) {
    if (finding.kind == FindingKind::copied) copied.push_back(finding.path);
  }
  EXPECT_THAT(copied, UnorderedElementsAre("/home/ann/letter", "/data/bob/notes"));
  EXPECT_EQ(status_of(computer->path("/home/ann/letter")).st_nlink, 1U);
  ASSERT_TRUE(runs("chattr -i " + computer->path("/home/ann/letter").string()));
  ASSERT_TRUE(runs("chattr -a " + computer->path("/data/bob/notes").string()));
  fs::remove_all(computer->path("/home/ann"));
  fs::remove_all(computer->path("/data/bob"));
  EXPECT_EQ(computer->restored(), expected());
}

TEST_F(TreeVolumesTest, RemovingTheVaultLeavesTheOriginalsAndNothingElse) {
  computer->create(StoreKind::hard_link);
  computer->capture();
  const fs::path home = sister("/home");
  const fs::path data = sister("/data");
  ASSERT_TRUE(fs::exists(home));
  computer->vault->remove("");
  EXPECT_FALSE(fs::exists(home));
  EXPECT_FALSE(fs::exists(data));
  EXPECT_FALSE(fs::exists(computer->path("/store/Tree")));
  for (const auto& [path, content] : contents) {
    EXPECT_EQ(computer->read(path), content);
    EXPECT_EQ(status_of(computer->path(path)).st_nlink, 1U);
  }
}

TEST_F(TreeVolumesTest, ABindMountIsAVolumeOfItsOwn) {
  fs::create_directory(computer->path("/real"));
  computer.reset();
  ASSERT_TRUE(volumes.bind("/real", "/bound"));
  computer.emplace(volumes.root());
  computer->write("/etc/passwd", "carl:x:1002:1002::/bound/carl:/bin/sh\n");
  fs::remove_all(computer->path("/home/ann"));  // nobody's any more
  computer->write("/bound/carl/file", "content");
  computer->create(StoreKind::hard_link);
  computer->capture();
  EXPECT_THAT(computer->captured_findings(), IsEmpty());
  EXPECT_EQ(status_of(computer->path("/bound/carl/file")).st_nlink, 2U);
  EXPECT_TRUE(fs::exists(sister("/bound")));
  fs::remove_all(computer->path("/bound/carl"));
  EXPECT_EQ(computer->restored(), (std::map<std::string, std::string>{{"carl/file", "content"}}));
  computer->vault->remove("");
  EXPECT_THAT(fs::is_empty(computer->path("/bound")), true);
}

TEST_F(TreeVolumesTest, ASubvolumeThatIsNotMountedGetsASister) {
  if (!volumes.mount("btrfs", "/pool", kImage)) GTEST_SKIP() << "this system makes or mounts no btrfs from an image";
  if (!runs("btrfs subvolume create " + computer->path("/pool/sub").string())) GTEST_SKIP() << "no btrfs program";
  computer->write("/etc/passwd", "carl:x:1002:1002::/pool/carl:/bin/sh\ndora:x:1003:1003::/pool/sub/dora:/bin/sh\n");
  fs::remove_all(computer->path("/home/ann"));  // nobody's any more
  computer->write("/pool/carl/file", "in the pool");
  computer->write("/pool/sub/dora/deep/file", "in the subvolume");
  computer->machine = open_linux_machine(volumes.root().string());
  computer->create(StoreKind::hard_link);
  computer->capture();
  EXPECT_THAT(computer->captured_findings(), IsEmpty());
  EXPECT_EQ(status_of(computer->path("/pool/carl/file")).st_nlink, 2U);
  EXPECT_EQ(status_of(computer->path("/pool/sub/dora/deep/file")).st_nlink, 2U);
  EXPECT_TRUE(fs::exists(sister("/pool")));
  EXPECT_TRUE(fs::exists(sister("/pool/sub")));
  fs::remove_all(computer->path("/pool/carl"));
  fs::remove_all(computer->path("/pool/sub/dora"));
  computer->open();
  EXPECT_EQ(computer->restored(),
            (std::map<std::string, std::string>{{"carl/file", "in the pool"}, {"dora/deep/file", "in the subvolume"}}));
  computer->vault->remove("");
  EXPECT_TRUE(fs::is_empty(computer->path("/pool/sub")));
}

TEST_F(TreeVolumesTest, AStoreOnItsWayToStrangersIsRefused) {
  computer->create(StoreKind::hard_link);
  computer->capture();
  fs::permissions(sister("/home"), fs::perms::owner_all | fs::perms::group_all);
  const auto code_of = [&](const auto& action) {
    try {
      action();
    } catch (const Error& error) {
      return error.code();
    }
    return ErrorCode::cancelled;
  };
  EXPECT_EQ(code_of([&] { computer->capture(); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { computer->restored(); }), ErrorCode::refused);
}

TEST_F(TreeVolumesTest, CopiesKeepHolesOnTheDiskAndAreSharedByCaptures) {
  fs::resize_file(computer->path("/home/ann/empty"), kHole);
  computer->create(StoreKind::uncompressed);
  // What was written in the last moments before a capture is read again by the next, so time has to pass.
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const CaptureInfo first = computer->capture();
  EXPECT_LT(computer->stored_bytes, 5'000'000U);
  const fs::path tree = computer->path("/store/Tree");
  const fs::path copy = tree / first.capture_id / "1/home/empty";
  EXPECT_EQ(status_of(copy).st_size, std::int64_t{kHole});
  EXPECT_EQ(status_of(copy).st_blocks, 0);
  EXPECT_EQ(status_of(copy).st_mode & 07777U, 0600U);
  computer->capture();
  const CaptureInfo third = computer->capture();
  EXPECT_EQ(status_of(tree / third.capture_id / "1/home/a/b/c/large").st_nlink, 3U);
  EXPECT_LT(computer->stored_bytes, 100'000U);
  contents["/home/ann/empty"] = std::string(kHole, '\0');
  fs::remove_all(computer->path("/home/ann"));
  EXPECT_EQ(computer->restored(), expected());
}

}  // namespace
}  // namespace rehome
