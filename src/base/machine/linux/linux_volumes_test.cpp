// SPDX-License-Identifier: Apache-2.0
// The file tree on real volumes of each kind. Whatever a volume cannot keep has to be said.
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "base/core/error.h"
#include "base/machine/linux/linux_file_tree.h"

namespace rehome {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint32_t kImmutable = 0x10, kNoDump = 0x40, kNoCopyOnWrite = 0x00800000;

struct VolumeKind {
  std::string type;
  std::string make;  // the program that writes it onto an image; empty where no device is needed
  VolumeClass volume_class;
  bool keeps_owners = true;
  bool keeps_attributes = true;
  bool keeps_any_name = true;
  bool has_links = true;
};

int errno_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.system_code();
  }
  return 0;
}

bool runs(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

/// "/volume" in the tree is a fresh volume.
class LinuxVolumeTest : public ::testing::TestWithParam<VolumeKind> {
 protected:
  void SetUp() override {
    const VolumeKind& kind = GetParam();
    if (::geteuid() != 0) GTEST_SKIP() << "only root can mount";
    std::string name = (fs::temp_directory_path() / "rehome-volume-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::create_directory(root_ / "volume");
    const std::string place = (root_ / "volume").string();
    if (kind.make.empty()) {
      mounted_ = runs("mount -t " + kind.type + " none " + place);
      if (!mounted_) GTEST_SKIP() << "this system mounts no " << kind.type;
    } else {
      const std::string image = (root_ / "image").string();
      std::ofstream(image).close();
      fs::resize_file(image, std::uintmax_t{400} << 20);
      if (!runs(kind.make + " " + image)) GTEST_SKIP() << "cannot make a " << kind.type << ": " << kind.make;
      mounted_ = runs("mount -t " + kind.type + " -o loop " + image + " " + place);
      if (!mounted_) GTEST_SKIP() << "this system mounts no " << kind.type << " from an image";
    }
    tree_ = open_linux_file_tree(root_);
    folder_ = tree_->open_for_writing("/volume");
  }
  void TearDown() override {
    folder_.reset();
    tree_.reset();
    if (mounted_) {
      EXPECT_TRUE(runs("umount " + (root_ / "volume").string()));
    }
    if (!root_.empty()) fs::remove_all(root_);
  }

  Metadata everything() const;
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const DirectoryEntry& entry : folder_->list()) {
      if (entry.name != "lost+found") found.push_back(entry.name);
    }
    return found;
  }
  NodeInfo found(const std::string& name) const {
    NodeInfo info = folder_->inspect(name);
    folder_->read_attributes(name, info.metadata);
    return info;
  }

  fs::path root_;
  bool mounted_ = false;
  std::unique_ptr<FileTree> tree_;
  std::unique_ptr<WritableFolder> folder_;
};

std::string kind_name(const ::testing::TestParamInfo<VolumeKind>& info) { return info.param.type; }

INSTANTIATE_TEST_SUITE_P(
    On, LinuxVolumeTest,
    ::testing::Values(VolumeKind{"ext4", "mkfs.ext4 -q -b 4096", VolumeClass::local},
                      VolumeKind{"xfs", "mkfs.xfs -q", VolumeClass::local},
                      VolumeKind{"btrfs", "mkfs.btrfs -q", VolumeClass::local},
                      VolumeKind{.type = "vfat",
                                 .make = "mkfs.vfat",
                                 .volume_class = VolumeClass::local,
                                 .keeps_owners = false,
                                 .keeps_attributes = false,
                                 .keeps_any_name = false,
                                 .has_links = false},
                      VolumeKind{"tmpfs", "", VolumeClass::pseudo},
                      VolumeKind{
                          .type = "ramfs", .make = "", .volume_class = VolumeClass::pseudo, .keeps_attributes = false}),
    kind_name);

/// Read for user 1234, in the little-endian form of the kernel: version, then (tag, permissions, id).
Bytes acl() {
  struct Entry {
    std::uint16_t tag, permissions;
    std::uint32_t id;
  };
  Bytes bytes;
  ByteWriter writer(bytes);
  writer.u32(2);
  for (const Entry& entry : std::array<Entry, 5>{
           {{1, 6, UINT32_MAX}, {2, 4, 1234}, {4, 0, UINT32_MAX}, {16, 4, UINT32_MAX}, {32, 0, UINT32_MAX}}}) {
    writer.u16(entry.tag);
    writer.u16(entry.permissions);
    writer.u32(entry.id);
  }
  return bytes;
}

Metadata LinuxVolumeTest::everything() const {
  Metadata metadata;
  metadata.mode = 0640;
  metadata.uid = 12'345;
  metadata.gid = 54'321;
  metadata.modified = {.seconds = 1'700'000'001, .nanoseconds = 123'456'789};
  metadata.accessed = {.seconds = 1'600'000'001, .nanoseconds = 987'654'321};
  // A capability set (cap_net_raw+ep), version 2 of its form.
  metadata.attributes = {{"security.capability", {1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
                         {"system.posix_acl_access", acl()},
                         {"trusted.rehome", {0, 1, 255}},
                         {"user.empty", {}},
                         {"user.rehome", Bytes(1000, 7)}};
  return metadata;
}

/// Every difference between `wanted` and `found` must be named in `losses`, and nothing else may be.
void expect_honest(const Metadata& wanted, const Metadata& found, const MetadataLosses& losses) {
  const auto is_named = [&](const std::string& item) {
    return std::ranges::any_of(losses, [&](const std::string& loss) { return loss.starts_with(item); });
  };
  std::size_t differences = 0;
  const auto expect_named = [&](bool is_kept, const std::string& item) {
    if (!is_kept) ++differences;
    EXPECT_EQ(is_named(item), !is_kept) << item;
  };
  expect_named(wanted.uid == found.uid, "owner");
  expect_named(wanted.gid == found.gid, "group");
  expect_named(wanted.mode == found.mode, "mode");
  expect_named(wanted.modified.seconds == found.modified.seconds, "modification time");
  for (const ExtendedAttribute& attribute : wanted.attributes) {
    expect_named(std::ranges::count(found.attributes, attribute) == 1, "extended attribute " + attribute.name);
  }
  expect_named((wanted.flags & kImmutable) == (found.flags & kImmutable), "file flag immutable");
  expect_named((wanted.flags & kNoDump) == (found.flags & kNoDump), "file flag no dump");
  expect_named((wanted.flags & kNoCopyOnWrite) == (found.flags & kNoCopyOnWrite), "file flag no copy on write");
  EXPECT_EQ(losses.size(), differences) << ::testing::PrintToString(losses);
}

TEST_P(LinuxVolumeTest, AFileKeepsEverythingOrItIsSaid) {
  Metadata wanted = everything();
  wanted.flags = kNoDump;
  const auto file = folder_->create_file("f");
  file->write_at(0, as_bytes("content"));
  const MetadataLosses losses = file->set_metadata(wanted);
  file->sync();
  file->commit();
  folder_->sync();
  const NodeInfo info = found("f");
  EXPECT_EQ(info.size, 7U);
  expect_honest(wanted, info.metadata, losses);
  if (GetParam().keeps_owners && GetParam().keeps_attributes) {
    EXPECT_THAT(losses, IsEmpty());
    EXPECT_EQ(info.metadata.modified, wanted.modified);
    EXPECT_EQ(info.metadata.accessed, wanted.accessed);
    EXPECT_EQ(info.metadata.attributes, wanted.attributes);
  } else {
    EXPECT_THAT(losses, Contains("extended attribute user.rehome: not supported by " + GetParam().type));
  }
}

TEST_P(LinuxVolumeTest, AFolderKeepsEverythingOrItIsSaid) {
  Metadata wanted = everything();
  wanted.mode = 03750;
  wanted.attributes.erase(wanted.attributes.begin(), wanted.attributes.begin() + 2);
  wanted.flags = kNoDump;
  folder_->create_folder("d");
  const MetadataLosses losses = folder_->set_metadata("d", folder_->inspect("d").identity(), wanted);
  expect_honest(wanted, found("d").metadata, losses);
}

TEST_P(LinuxVolumeTest, AnImmutableFileGetsItsNameFirst) {
  Metadata wanted = folder_->inspect_self().metadata;
  wanted.mode = 0644;
  wanted.flags = kImmutable | kNoCopyOnWrite;
  MetadataLosses losses;
  {
    const auto file = folder_->create_file("f");
    file->write_at(0, as_bytes("content"));
    losses = file->set_metadata(wanted);
    file->commit();
  }
  if (GetParam().keeps_owners) expect_honest(wanted, found("f").metadata, losses);
  if ((found("f").metadata.flags & kImmutable) != 0) {
    EXPECT_EQ(errno_of([&] { folder_->link("g", *folder_, "f"); }), EPERM);
    EXPECT_EQ(errno_of([&] { folder_->remove_file("f"); }), EPERM);
    EXPECT_THAT(folder_->set_metadata("f", folder_->inspect("f").identity(), wanted),
                ::testing::SizeIs(losses.size()));  // once more changes nothing
    EXPECT_TRUE(runs("chattr -i " + (root_ / "volume/f").string()));
  } else {
    EXPECT_THAT(losses, Contains(HasSubstr("immutable")));
  }
  folder_->remove_file("f");
}

TEST_P(LinuxVolumeTest, OldAndFarTimesAreKeptOrItIsSaid) {
  constexpr std::int64_t kYear1966 = -126'230'400, kYear2100 = 4'102'444'800, kYear2500 = 16'725'225'600;
  for (const std::int64_t seconds : {kYear1966, std::int64_t{-1}, kYear2100, kYear2500}) {
    Metadata wanted = folder_->inspect_self().metadata;
    wanted.mode = 0600;
    wanted.attributes.clear();
    wanted.modified = {.seconds = seconds, .nanoseconds = 999'999'999};
    const auto file = folder_->create_file("f");
    const MetadataLosses losses = file->set_metadata(wanted);
    file->commit_replacing();
    const Timestamp kept = folder_->inspect("f").metadata.modified;
    const bool is_said = std::ranges::any_of(losses, [](const auto& loss) { return loss.starts_with("modif"); });
    EXPECT_EQ(kept.seconds != seconds, is_said) << seconds << " became " << kept.seconds;
    if (GetParam().keeps_attributes && seconds != kYear2500) {
      EXPECT_EQ(kept, wanted.modified) << seconds;
    }
  }
}

TEST_P(LinuxVolumeTest, NothingIsLeftOfAFileWithoutACommit) {
  const auto file = folder_->create_file("f");
  file->write_at(0, as_bytes("content"));
  folder_->create_file("g")->write_at(0, as_bytes("content"));
  EXPECT_EQ(errno_of([&] { folder_->inspect("f"); }), ENOENT);
  folder_->create_file("f")->commit();
  EXPECT_EQ(errno_of([&] { file->commit(); }), EEXIST);
  file->commit_replacing();
  EXPECT_THAT(names(), ElementsAre("f"));
  EXPECT_EQ(folder_->inspect("f").size, 7U);
}

TEST_P(LinuxVolumeTest, HolesAreFoundAgain) {
  constexpr std::uint64_t kFar = std::uint64_t{64} << 20;
  const auto file = folder_->create_file("sparse");
  file->write_at(0, Bytes(65536, 1));
  file->write_at(kFar, Bytes(65536, 2));
  file->set_size(2 * kFar);
  file->sync();
  file->commit();
  const auto readable = folder_->open_file("sparse");
  const auto extents = readable->data_extents();
  Bytes byte(1);
  EXPECT_EQ(readable->read_at(kFar, byte), 1U);
  EXPECT_EQ(byte[0], 2);
  std::uint64_t data = 0;
  for (const Extent& extent : extents) data += extent.length;
  const NodeInfo info = readable->inspect();
  EXPECT_EQ(info.size, 2 * kFar);
  if (info.allocated < info.size && GetParam().type != "ramfs") {
    EXPECT_LT(data, std::uint64_t{1} << 20);
    EXPECT_EQ(extents.size(), 2U);
  }
}

TEST_P(LinuxVolumeTest, NamesAreBytes) {
  const std::set<std::string> wanted = {std::string(255, 'x'), "new\nline", "\xff\xfe not utf-8", " ", "back\\slash"};
  if (!GetParam().keeps_any_name) {
    EXPECT_NE(errno_of([&] { folder_->create_file("\xff\xfe")->commit(); }), 0);
    return;
  }
  for (const std::string& name : wanted) folder_->create_file(name)->commit();
  const auto found = names();
  EXPECT_EQ(std::set<std::string>(found.begin(), found.end()), wanted);
  EXPECT_EQ(errno_of([&] { folder_->create_folder(std::string(256, 'x')); }), ENAMETOOLONG);
}

TEST_P(LinuxVolumeTest, LinksAreOneFileOrRefused) {
  folder_->create_file("f")->commit();
  const int refusal = errno_of([&] { folder_->link("g", *folder_, "f"); });
  if (!GetParam().has_links) {
    EXPECT_EQ(refusal, EPERM);
    return;
  }
  EXPECT_EQ(refusal, 0);
  EXPECT_EQ(folder_->inspect("g").inode, folder_->inspect("f").inode);
  EXPECT_EQ(folder_->inspect("g").link_count, 2U);
  EXPECT_EQ(errno_of([&] { tree_->open_for_writing("/")->link("h", *folder_, "f"); }), EXDEV);
}

TEST_P(LinuxVolumeTest, SaysWhatItIsAndWhere) {
  const Volume volume = folder_->volume();
  EXPECT_EQ(volume.type, GetParam().type);
  EXPECT_EQ(volume.volume_class, GetParam().volume_class);
  EXPECT_EQ(volume.mounted_at, "/volume");
  EXPECT_EQ(volume.device, folder_->inspect_self().device);
  folder_->create_folder("d");
  EXPECT_EQ(folder_->open_folder("d")->volume(), volume);
  EXPECT_EQ(folder_->inspect("d").device, volume.device);
  const auto volumes = tree_->volumes();
  EXPECT_EQ(volumes.size(), 2U);
  EXPECT_THAT(volumes, Contains(volume));
  EXPECT_EQ(open_linux_file_tree(root_ / "volume")->open("/d")->volume().mounted_at, "/");
}

TEST_P(LinuxVolumeTest, ABoundFolderIsTheSameNodeThroughAnotherMount) {
  folder_->create_folder("real");
  folder_->create_folder("bound");
  const std::string place = (root_ / "volume/bound").string();
  ASSERT_TRUE(runs("mount --bind " + (root_ / "volume/real").string() + " " + place));
  const NodeInfo real = folder_->open_folder("real")->inspect_self();
  const NodeInfo bound = folder_->open_folder("bound")->inspect_self();
  ASSERT_TRUE(runs("umount " + place));
  EXPECT_EQ(real.identity(), bound.identity());
  EXPECT_NE(real.mount, bound.mount);
  EXPECT_EQ(real.mount, folder_->inspect_self().mount);
}

TEST_P(LinuxVolumeTest, HasSpaceAndSyncsAndLocks) {
  folder_->sync_volume();
  const Space space = folder_->space();
  EXPECT_LE(space.free_bytes, space.total_bytes);
  if (!GetParam().make.empty()) {
    EXPECT_GT(space.free_bytes, std::uint64_t{50} << 20);
  }
  EXPECT_GT(space.free_inodes, GetParam().make.empty() ? 0U : 1000U);
  const auto lock = folder_->try_lock("lock");
  EXPECT_TRUE(lock);
  EXPECT_FALSE(tree_->open_for_writing("/volume")->try_lock("lock"));
}

/// btrfs only: a subvolume has a device of its own and is no mount.
class BtrfsTest : public LinuxVolumeTest {};
INSTANTIATE_TEST_SUITE_P(On, BtrfsTest, ::testing::Values(VolumeKind{"btrfs", "mkfs.btrfs -q", VolumeClass::local}),
                         kind_name);

TEST_P(BtrfsTest, ASubvolumeIsAVolumeThatIsMountedNowhere) {
  ASSERT_TRUE(runs("btrfs subvolume create " + (root_ / "volume/home").string()));
  const auto home = folder_->open_folder("home");
  const Volume volume = home->volume();
  EXPECT_EQ(volume.type, "btrfs");
  EXPECT_EQ(volume.mounted_at, "");
  EXPECT_EQ(volume.volume_class, VolumeClass::local);
  EXPECT_EQ(volume.device, home->inspect_self().device);
  EXPECT_EQ(volume.device, folder_->inspect("home").device);
  EXPECT_NE(volume.device, folder_->volume().device);
  EXPECT_EQ(home->inspect_self().mount, folder_->inspect_self().mount);
}

}  // namespace
}  // namespace rehome
