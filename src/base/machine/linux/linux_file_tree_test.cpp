// SPDX-License-Identifier: Apache-2.0
// What only the real system shows; the contract of every file tree is held in tests/conformance.
#include "base/machine/linux/linux_file_tree.h"

#include <cerrno>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sched.h>
#include <set>
#include <sys/mount.h>

#include <climits>

#include "base/machine/linux/internal/testing/linux_tree_fixture.h"

namespace rehome {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_F(LinuxFileTreeTest, ARootThatIsMissingIsNotFound) {
  EXPECT_EQ(error_of([&] { open_linux_file_tree(root_ / "missing"); })->code(), ErrorCode::not_found);
}

TEST_F(LinuxFileTreeTest, LinksInPathsStayBeneathTheRoot) {
  fs::create_directories(root_ / "etc");
  write("etc/passwd", "inner");
  fs::create_symlink("/etc", root_ / "absolute");
  fs::create_symlink("../../../../../../../../etc", root_ / "upwards");
  fs::create_symlink("/proc/self/cwd", root_ / "magic");
  for (const char* path : {"/absolute", "/upwards", "/../../etc", "/etc/../absolute/.", "//etc//"}) {
    EXPECT_THAT(names(*tree_->open(path)), ElementsAre("passwd")) << path;
    EXPECT_EQ(tree_->canonical(path), "/etc") << path;
  }
  EXPECT_EQ(errno_of([&] { tree_->open("/magic"); }), ENOENT);
  EXPECT_EQ(tree_->canonical("/magic"), "/magic");
  EXPECT_EQ(tree_->canonical("/absolute/passwd"), "/etc/passwd");
  EXPECT_EQ(tree_->canonical("/absolute/missing/x"), "/etc/missing/x");
}

TEST_F(LinuxFileTreeTest, WhatCannotBeLookedAtStaysAsItIsWritten) {
  fs::create_directories(root_ / "home");
  fs::create_symlink("/home", root_ / "homes");
  fs::create_symlink("loop", root_ / "home/loop");
  fs::create_symlink("/home/loop/in", root_ / "home/to-loop");
  const std::string long_name(NAME_MAX + 1, 'n');
  EXPECT_EQ(tree_->canonical("/homes/loop/x"), "/home/loop/x");
  EXPECT_EQ(tree_->canonical("/homes/to-loop/x"), "/home/to-loop/x");
  EXPECT_EQ(tree_->canonical("/homes/" + long_name + "/x"), "/home/" + long_name + "/x");
  EXPECT_EQ(tree_->canonical("home/rel"), "home/rel");
}

TEST_F(LinuxFileTreeTest, AClosedFolderStaysAsItIsWritten) {
  NEEDS_ROOT();
  fs::create_directories(root_ / "home/closed/x");
  fs::create_symlink("/home", root_ / "homes");
  fs::permissions(root_, fs::perms{0755});
  fs::permissions(root_ / "home/closed", fs::perms::none);
  EXPECT_TRUE(as_nobody([&] { return tree_->canonical("/homes/closed/x") == "/home/closed/x"; }));
}

TEST_F(LinuxFileTreeTest, AWayThatItsOwnerMadeEndlessEnds) {
  constexpr int kDepth = 800;
  std::string down;
  std::string up;
  for (int i = 0; i < kDepth; ++i) {
    down += "a/";
    up += "../";
  }
  fs::create_directories(root_ / down);
  fs::create_symlink(down + up + "next", root_ / "link");
  fs::create_directories(root_ / "next");
  EXPECT_EQ(errno_of([&] { tree_->open("/link"); }), ENAMETOOLONG);
  EXPECT_EQ(tree_->canonical("/link/x"), "/link/x");
  EXPECT_EQ(tree_->canonical("/" + down + "../x"), "/" + down.substr(0, down.size() - 2) + "x");
}

TEST_F(LinuxFileTreeTest, PathsThatAreNoPathsAreRefused) {
  for (const std::string& path : {std::string(), std::string("etc"), std::string("/a\0b", 4)}) {
    EXPECT_EQ(error_of([&] { tree_->open(path); })->code(), ErrorCode::invalid_argument);
  }
}

TEST_F(LinuxFileTreeTest, APlantedLinkIsNeverFollowed) {
  write("precious", "precious");
  fs::create_directory(root_ / "outside");
  fs::create_symlink("precious", root_ / "link");
  fs::create_symlink("outside", root_ / "folder");
  const auto folder = root_folder();
  EXPECT_EQ(errno_of([&] { folder->open_file("link"); }), ELOOP);
  EXPECT_EQ(errno_of([&] { folder->open_folder("folder"); }), ENOTDIR);
  EXPECT_EQ(errno_of([&] { folder->open_folder_for_writing("folder"); }), ENOTDIR);
  EXPECT_EQ(errno_of([&] { folder->create_folder("folder"); }), EEXIST);
  EXPECT_EQ(errno_of([&] { folder->create_file("link")->commit(); }), EEXIST);
  EXPECT_EQ(errno_of([&] { folder->try_lock("link"); }), ELOOP);
  EXPECT_EQ(errno_of([&] { folder->remove_folder("folder"); }), ENOTDIR);
  folder->create_file("link")->commit_replacing();
  EXPECT_EQ(content("precious"), "precious");
  EXPECT_TRUE(S_ISREG(status("link").st_mode));
}

TEST_F(LinuxFileTreeTest, AnOpenFolderIsNotSwappedAway) {
  fs::create_directories(root_ / "home/ann");
  fs::create_directory(root_ / "trap");
  const auto folder = tree_->open_for_writing("/home/ann");
  fs::rename(root_ / "home/ann", root_ / "moved");
  fs::create_symlink("../trap", root_ / "home/ann");
  folder->create_file("secret")->commit();
  folder->create_folder("inner");
  EXPECT_TRUE(fs::is_empty(root_ / "trap"));
  EXPECT_TRUE(fs::exists(root_ / "moved/secret"));
  EXPECT_TRUE(fs::exists(root_ / "moved/inner"));
}

TEST_F(LinuxFileTreeTest, AFolderCanBeListedAgain) {
  const auto folder = root_folder();
  EXPECT_THAT(names(*folder), IsEmpty());
  folder->create_folder("a");
  EXPECT_THAT(names(*folder), ElementsAre("a"));
  EXPECT_THAT(names(*folder), ElementsAre("a"));
}

TEST_F(LinuxFileTreeTest, ListsMoreThanOneBufferHolds) {
  const auto folder = root_folder();
  std::set<std::string> made;
  for (int i = 0; i < 1000; ++i) made.insert(std::string(100, 'n') + std::to_string(i));
  for (const std::string& name : made) write(name, "");
  const auto found = names(*folder);
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), made);
  EXPECT_EQ(found.size(), made.size());
}

TEST_F(LinuxFileTreeTest, GoesFarDeeperThanAPathCanBeLong) {
  const std::string name(200, 'd');
  constexpr int kDepth = 3 * PATH_MAX / 200;
  std::string path;
  std::unique_ptr<WritableFolder> folder = root_folder();
  for (int i = 0; i < kDepth; ++i) {
    folder->create_folder(name);
    folder = folder->open_folder_for_writing(name);
    path += "/" + name;
  }
  ASSERT_GT(path.size(), std::size_t{PATH_MAX});
  folder->create_symlink("up", "../.");
  folder->create_file("deepest")->commit();
  EXPECT_THAT(names(*tree_->open(path)), UnorderedElementsAre("deepest", "up"));
  EXPECT_EQ(tree_->canonical(path + "/deepest"), path + "/deepest");
  EXPECT_EQ(tree_->canonical(path + "/up"), path.substr(0, path.size() - 201));
  folder->remove_file("deepest");
  folder->remove_file("up");
  for (int i = 0; i < kDepth; ++i) {
    path.resize(path.size() - 201);
    tree_->open_for_writing(path.empty() ? "/" : path)->remove_folder(name);
  }
}

TEST_F(LinuxFileTreeTest, AnOrdinaryUserReadsWhatOthersOwn) {
  NEEDS_ROOT();
  fs::create_directory(root_ / "d");
  write("d/f", "content");
  write("d/closed", "secret");
  fs::permissions(root_, fs::perms{0755});
  fs::permissions(root_ / "d/closed", fs::perms{0600});
  EXPECT_TRUE(as_nobody([&] {
    const auto folder = open_linux_file_tree(root_)->open("/d");
    Bytes buffer(100);
    Metadata metadata;
    folder->read_attributes("closed", metadata);
    return names(*folder).size() == 2 && folder->open_file("f")->read_at(0, buffer) == 7 &&
           error_of([&] { folder->open_file("closed"); })->code() == ErrorCode::permission_denied;
  }));
}

TEST_F(LinuxFileTreeTest, ALockIsOneProcessesAlone) {
  const auto folder = root_folder();
  const auto try_elsewhere = [&] {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(open_linux_file_tree(root_)->open_for_writing("/")->try_lock("lock") ? 0 : 1);
    int result = -1;
    ::waitpid(child, &result, 0);
    return result == 0;
  };
  auto lock = folder->try_lock("lock");
  ASSERT_TRUE(lock);
  EXPECT_FALSE(try_elsewhere());
  lock.reset();
  EXPECT_TRUE(try_elsewhere());
  EXPECT_TRUE(folder->try_lock("lock"));  // the other process has ended
}

TEST_F(LinuxFileTreeTest, LinkingToAnotherVolumeSaysSo) {
  if (status("").st_dev == [] {
        struct stat shm{};
        return ::stat("/dev/shm", &shm) == 0 ? shm.st_dev : 0;
      }()) {
    GTEST_SKIP() << "/dev/shm is no volume of its own here";
  }
  write("f", "");
  const auto other = open_linux_file_tree("/dev/shm")->open_for_writing("/");
  EXPECT_EQ(errno_of([&] { other->link("rehome-test-link", *root_folder(), "f"); }), EXDEV);
  EXPECT_EQ(errno_of([&] { root_folder()->rename("f", *other, "rehome-test-link", false); }), EXDEV);
}

TEST_F(LinuxFileTreeTest, ShowsTheVolumeOfTheRootAsTheRoot) {
  const Volume volume = root_folder()->volume();
  EXPECT_EQ(volume.mounted_at, "/");
  EXPECT_EQ(volume.device, root_folder()->inspect_self().device);
  EXPECT_EQ(tree_->volumes(), std::vector<Volume>{volume});
}

TEST_F(LinuxFileTreeTest, KnowsTheVolumeThatAChrootHides) {
  NEEDS_ROOT();
  fs::create_directory(root_ / "proc");
  const Volume outside = root_folder()->volume();
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("proc", (root_ / "proc").c_str(), "proc", 0, nullptr) != 0 || ::chroot(root_.c_str()) != 0) {
      ::_exit(2);
    }
    const auto volumes = open_linux_file_tree("/")->volumes();
    ::_exit(volumes.size() == 2 && volumes[0] == outside && volumes[1].mounted_at == "/proc" ? 0 : 1);
  }
  int result = -1;
  ::waitpid(child, &result, 0);
  if (WIFEXITED(result) && WEXITSTATUS(result) == 2) GTEST_SKIP() << "no mount namespaces here";
  EXPECT_EQ(result, 0);
}

TEST_F(LinuxFileTreeTest, KnowsThePseudoVolumesOfTheRunningSystem) {
  const auto system = open_linux_file_tree("/");
  const Volume proc = system->open("/proc")->volume();
  EXPECT_EQ(proc.type, "proc");
  EXPECT_EQ(proc.volume_class, VolumeClass::pseudo);
  EXPECT_EQ(proc.mounted_at, "/proc");
  EXPECT_THAT(system->volumes(), Contains(proc));
  EXPECT_EQ(system->volumes().front().mounted_at, "/");
}

}  // namespace
}  // namespace rehome
