// SPDX-License-Identifier: Apache-2.0
// Owners, modes, times and attributes on the real system; the contract of every file tree is held in tests/conformance.
#include <cerrno>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/xattr.h>

#include "base/machine/linux/internal/testing/linux_tree_fixture.h"

namespace rehome {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using LinuxMetadataTest = LinuxFileTreeTest;

TEST_F(LinuxMetadataTest, MetadataGoesToTheLinkAndNotToItsTarget) {
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

TEST_F(LinuxMetadataTest, WhatGivesPowerAndIsNotWantedGoes) {
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

TEST_F(LinuxMetadataTest, SpecialFilesBlockNothingAndKeepTheirMetadata) {
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

TEST_F(LinuxMetadataTest, ReadingWritesNoAccessTime) {
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

TEST_F(LinuxMetadataTest, AnInheritedAclDoesNotLetOthersIn) {
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

TEST_F(LinuxMetadataTest, ValuesThatMeanSomethingElseToTheKernelAreLosses) {
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

TEST_F(LinuxMetadataTest, WhatIsRightAlreadyIsNotTouched) {
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

TEST_F(LinuxMetadataTest, AnOrdinaryUserLosesOwnersButNotTheFile) {
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

}  // namespace
}  // namespace rehome
