// SPDX-License-Identifier: Apache-2.0
// What only the real system shows; the contract of every file tree is held in tests/conformance.
#include "base/machine/linux/linux_file_tree.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <optional>
#include <sched.h>
#include <set>
#include <string>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <vector>

#include <climits>

#include "base/core/error.h"

namespace rehome {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr std::uint32_t kNobody = 65534;

class LinuxFileTreeTest : public ::testing::Test {
 protected:
  LinuxFileTreeTest() {
    std::string name = (fs::temp_directory_path() / "rehome-linux-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw system_error(errno, "make a temporary folder");
    root_ = name;
    tree_ = open_linux_file_tree(root_);
  }
  ~LinuxFileTreeTest() override { fs::remove_all(root_); }

  void write(const std::string& path, std::string_view content) const { std::ofstream(root_ / path) << content; }
  std::string content(const std::string& path) const {
    std::ifstream file(root_ / path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  struct stat status(const std::string& path) const {
    struct stat result{};
    EXPECT_EQ(::lstat((root_ / path).c_str(), &result), 0) << path;
    return result;
  }
  std::unique_ptr<WritableFolder> root_folder() const { return tree_->open_for_writing("/"); }

  fs::path root_;
  std::unique_ptr<FileTree> tree_;
};

/// What `action` throws.
std::optional<Error> error_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return std::nullopt;
}

int errno_of(const std::function<void()>& action) {
  const auto error = error_of(action);
  return error ? error->system_code() : 0;
}

std::vector<std::string> names(Folder& folder) {
  std::vector<std::string> found;
  for (const DirectoryEntry& entry : folder.list()) found.push_back(entry.name);
  return found;
}

/// Runs `action` in a process of an ordinary user; true if it returned true.
bool as_nobody(const std::function<bool()>& action) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (::setgid(kNobody) != 0 || ::setuid(kNobody) != 0) ::_exit(3);
    try {
      ::_exit(action() ? 0 : 1);
    } catch (const std::exception& error) {
      (void)std::fputs(error.what(), stderr);
      ::_exit(2);
    }
  }
  int result = -1;
  ::waitpid(child, &result, 0);
  return result == 0;
}

#define NEEDS_ROOT() \
  if (::geteuid() != 0) GTEST_SKIP() << "only root can do this"

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

TEST_F(LinuxFileTreeTest, MetadataGoesToTheLinkAndNotToItsTarget) {
  NEEDS_ROOT();
  write("precious", "precious");
  fs::create_symlink("precious", root_ / "link");
  const struct stat before = status("precious");
  Metadata metadata;
  metadata.mode = 0777;
  metadata.uid = 1234;
  metadata.gid = 5678;
  metadata.modified = {.seconds = -1000, .nanoseconds = 5};
  metadata.accessed = {.seconds = 99, .nanoseconds = 7};
  metadata.attributes = {{"trusted.rehome", {1, 2, 3}}};
  EXPECT_THAT(root_folder()->set_metadata("link", root_folder()->inspect("link").identity(), metadata), IsEmpty());
  const struct stat link = status("link");
  EXPECT_EQ(link.st_uid, 1234U);
  EXPECT_EQ(link.st_gid, 5678U);
  EXPECT_EQ(link.st_mtim.tv_sec, -1000);
  EXPECT_EQ(link.st_mtim.tv_nsec, 5);
  EXPECT_EQ(link.st_atim.tv_sec, 99);
  Metadata read_back;
  root_folder()->read_attributes("link", read_back);
  EXPECT_EQ(read_back.attributes, metadata.attributes);
  const struct stat after = status("precious");
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
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

TEST_F(LinuxFileTreeTest, WhatGivesPowerAndIsNotWantedGoes) {
  NEEDS_ROOT();
  std::ofstream(root_ / "a") << "x";
  const std::string path = root_ / "a";
  // cap_net_raw+ep, version 2 of its form.
  const Bytes capability = {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  ASSERT_EQ(::setxattr(path.c_str(), "security.capability", capability.data(), capability.size(), 0), 0);
  ASSERT_EQ(::setxattr(path.c_str(), "trusted.x", "1", 1, 0), 0);
  const auto folder = root_folder();
  NodeInfo info = folder->inspect("a");
  folder->read_attributes("a", info.metadata);
  ASSERT_EQ(info.metadata.attributes.size(), 2U);
  info.metadata.attributes.clear();
  EXPECT_THAT(folder->set_metadata("a", info.identity(), info.metadata), IsEmpty());
  folder->read_attributes("a", info.metadata);
  EXPECT_THAT(info.metadata.attributes, IsEmpty());
}

TEST_F(LinuxFileTreeTest, SpecialFilesBlockNothingAndKeepTheirMetadata) {
  NEEDS_ROOT();
  const auto folder = root_folder();
  folder->create_special("fifo", NodeKind::fifo, 0);
  folder->create_special("socket", NodeKind::socket, 0);
  folder->create_special("device", NodeKind::char_device, std::uint64_t{240} << 32 | 70'000);
  Metadata metadata;
  metadata.mode = 0640;
  metadata.uid = 1234;
  metadata.modified = {.seconds = 1'000, .nanoseconds = 1};
  metadata.attributes = {{"trusted.a", {7}}};
  for (const char* name : {"fifo", "socket", "device"}) {
    EXPECT_EQ(error_of([&] { folder->open_file(name); })->code(), ErrorCode::unsupported) << name;
    EXPECT_THAT(folder->set_metadata(name, folder->inspect(name).identity(), metadata), IsEmpty()) << name;
    NodeInfo info = folder->inspect(name);
    folder->read_attributes(name, info.metadata);
    EXPECT_EQ(info.metadata.mode, 0640U);
    EXPECT_EQ(info.metadata.uid, 1234U);
    EXPECT_EQ(info.metadata.modified, metadata.modified);
    EXPECT_EQ(info.metadata.attributes, metadata.attributes);
  }
  EXPECT_EQ(folder->inspect("device").device_number, std::uint64_t{240} << 32 | 70'000);
  EXPECT_EQ(error_of([&] { folder->create_special("x", NodeKind::folder, 0); })->code(), ErrorCode::invalid_argument);
}

TEST_F(LinuxFileTreeTest, ReadingWritesNoAccessTime) {
  fs::create_directory(root_ / "d");
  write("d/f", "content");
  const timespec old[2] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 2000, .tv_nsec = 0}};
  ::utimensat(AT_FDCWD, (root_ / "d/f").c_str(), old, 0);
  ::utimensat(AT_FDCWD, (root_ / "d").c_str(), old, 0);
  const auto folder = tree_->open("/d");
  EXPECT_THAT(names(*folder), ElementsAre("f"));
  Bytes buffer(100);
  EXPECT_EQ(folder->open_file("f")->read_at(0, buffer), 7U);
  EXPECT_EQ(status("d").st_atim.tv_sec, 1000);
  EXPECT_EQ(status("d/f").st_atim.tv_sec, 1000);
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

TEST_F(LinuxFileTreeTest, AnInheritedAclDoesNotLetOthersIn) {
  NEEDS_ROOT();
  // Everything for user 1234, in the little-endian form of the kernel: version, then (tag, permissions, id).
  Bytes acl;
  ByteWriter writer(acl);
  writer.u32(2);
  for (const auto& [tag, permissions, id] : std::vector<std::tuple<int, int, std::uint32_t>>{
           {1, 7, UINT32_MAX}, {2, 7, 1234}, {4, 0, UINT32_MAX}, {16, 7, UINT32_MAX}, {32, 0, UINT32_MAX}}) {
    writer.u16(static_cast<std::uint16_t>(tag));
    writer.u16(static_cast<std::uint16_t>(permissions));
    writer.u32(id);
  }
  const auto folder = root_folder();
  Metadata of_folder = folder->inspect_self().metadata;
  of_folder.attributes = {{"system.posix_acl_default", acl}};
  ASSERT_THAT(folder->set_own_metadata(of_folder), IsEmpty());
  Metadata metadata;
  metadata.mode = 0660;
  const auto file = folder->create_file("private");
  EXPECT_THAT(file->set_metadata(metadata), IsEmpty());
  file->commit();
  folder->create_folder("inner");
  EXPECT_THAT(folder->set_metadata("inner", folder->inspect("inner").identity(), metadata), IsEmpty());
  for (const char* name : {"private", "inner"}) {
    Metadata found = folder->inspect(name).metadata;
    folder->read_attributes(name, found);
    EXPECT_THAT(found.attributes, IsEmpty()) << name;
    EXPECT_EQ(found.mode, 0660U) << name;
  }
}

TEST_F(LinuxFileTreeTest, ValuesThatMeanSomethingElseToTheKernelAreLosses) {
  NEEDS_ROOT();
  Metadata metadata;
  metadata.mode = 04755;
  metadata.uid = UINT32_MAX;  // "leave" to chown()
  metadata.gid = 5;
  metadata.modified = {.seconds = 5, .nanoseconds = 0x3fffffff};  // "now" to utimensat()
  metadata.attributes = {{std::string("user.a\0b", 8), {1}}, {"nonsense", {1}}};
  const auto file = root_folder()->create_file("f");
  const MetadataLosses losses = file->set_metadata(metadata);
  file->commit();
  EXPECT_THAT(losses, Contains("owner 4294967295: Invalid argument"));
  EXPECT_THAT(losses, Contains("setuid and setgid bits: not kept because owner and group are not"));
  EXPECT_THAT(losses, Contains("times: Invalid argument"));
  EXPECT_EQ(losses.size(), 5U);
  EXPECT_EQ(status("f").st_mode & 07777, 0755U);
}

TEST_F(LinuxFileTreeTest, WhatIsRightAlreadyIsNotTouched) {
  NEEDS_ROOT();
  const auto folder = root_folder();
  Metadata metadata;
  metadata.mode = 06755;
  metadata.uid = 1234;
  metadata.gid = 5678;
  metadata.modified = metadata.accessed = {.seconds = 5, .nanoseconds = 6};
  metadata.attributes = {{"user.a", {1}}};
  const auto file = folder->create_file("f");
  EXPECT_THAT(file->set_metadata(metadata), IsEmpty());
  file->commit();
  const struct stat before = status("f");
  EXPECT_EQ(before.st_mode & 07777, 06755U);
  ::usleep(20'000);
  EXPECT_THAT(folder->set_metadata("f", folder->inspect("f").identity(), metadata), IsEmpty());
  const struct stat after = status("f");
  EXPECT_EQ(after.st_ctim.tv_sec, before.st_ctim.tv_sec);
  EXPECT_EQ(after.st_ctim.tv_nsec, before.st_ctim.tv_nsec);
}

TEST_F(LinuxFileTreeTest, AnOrdinaryUserLosesOwnersButNotTheFile) {
  NEEDS_ROOT();
  fs::create_directory(root_ / "his");
  ASSERT_EQ(::chown((root_ / "his").c_str(), kNobody, kNobody), 0);
  fs::permissions(root_, fs::perms{0755});
  EXPECT_TRUE(as_nobody([&] {
    const auto folder = open_linux_file_tree(root_)->open_for_writing("/his");
    const auto file = folder->create_file("f");
    file->write_at(0, as_bytes("content"));
    Metadata metadata;
    metadata.mode = 04755;
    metadata.modified = {.seconds = 7, .nanoseconds = 8};
    metadata.attributes = {{"trusted.x", {1}}, {"user.x", {2}}};
    const MetadataLosses losses = file->set_metadata(metadata);
    file->commit();
    folder->create_file("f")->commit_replacing();
    folder->create_file("g")->commit();
    return losses == MetadataLosses{"owner 0: Operation not permitted", "group 0: Operation not permitted",
                                    "setuid and setgid bits: not kept because owner and group are not",
                                    "extended attribute trusted.x: Operation not permitted"};
  }));
  EXPECT_TRUE(fs::exists(root_ / "his/f"));
  EXPECT_TRUE(fs::exists(root_ / "his/g"));
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
