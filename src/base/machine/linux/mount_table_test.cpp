// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/mount_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> places(std::string_view text) {
  std::vector<std::string> found;
  for (const Mount& mount : parse_mount_table(text)) found.push_back(mount.mounted_at);
  return found;
}

TEST(MountTable, ReadsEveryField) {
  const auto mounts =
      parse_mount_table("36 35 98:5 /inner /mnt/two rw,noatime master:1 shared:3 - ext3 /dev/root rw\n");
  ASSERT_EQ(mounts.size(), 1U);
  EXPECT_EQ(mounts[0].id, 36U);
  EXPECT_EQ(mounts[0].parent, 35U);
  EXPECT_EQ(mounts[0].device, device_id(98, 5));
  EXPECT_EQ(mounts[0].numbers, "98:5");
  EXPECT_EQ(mounts[0].top, "/inner");
  EXPECT_EQ(mounts[0].mounted_at, "/mnt/two");
  EXPECT_EQ(mounts[0].type, "ext3");
  EXPECT_EQ(mounts[0].source, "/dev/root");
}

TEST(MountTable, UndoesTheEscapesOfPaths) {
  EXPECT_THAT(places("2 1 8:1 / /a\\040b\\012c\\134d rw - ext4 /dev/sda1 rw\n"), ElementsAre("/a b\nc\\d"));
  EXPECT_THAT(places("2 1 8:1 / /end\\04 rw - ext4 /dev/sda1 rw\n"), ElementsAre("/end\\04"));
}

TEST(MountTable, LeavesOutLinesThatMakeNoSense) {
  EXPECT_THAT(places(""), IsEmpty());
  EXPECT_THAT(places("garbage\n2 1 8:1 / /a rw\n2 1 81 / /a rw - ext4 x rw\nx 1 8:1 / /a rw - ext4 x rw\n- - -\n\n"),
              IsEmpty());
}

TEST(MountTable, AMountOnTheSamePlaceCoversTheFormer) {
  EXPECT_THAT(places("2 1 8:1 / /data rw - ext4 a rw\n"
                     "3 2 0:9 / /data rw - tmpfs b rw\n"
                     "4 2 0:8 / /data/within rw - tmpfs c rw\n"),
              ElementsAre("/data"));
  EXPECT_EQ(parse_mount_table("2 1 8:1 / /data rw - ext4 a rw\n3 2 0:9 / /data rw - tmpfs b rw\n")[0].type, "tmpfs");
}

TEST(MountTable, AMountOnAFolderAboveCoversWhatLayBeneath) {
  EXPECT_THAT(places("2 1 8:1 / / rw - ext4 a rw\n"
                     "3 2 8:2 / /srv/deep rw - ext4 b rw\n"
                     "4 2 8:3 / /srv rw - ext4 c rw\n"
                     "5 4 8:4 / /srv/deep rw - ext4 d rw\n"
                     "6 2 8:5 / /srvx rw - ext4 e rw\n"),
              ElementsAre("/", "/srv", "/srv/deep", "/srvx"));
}

TEST(MountTable, TheRootOfAnInitramfsCoversNothing) {
  EXPECT_THAT(places("1 1 0:2 / / rw - rootfs rootfs rw\n20 1 0:20 / /proc rw - proc proc rw\n"
                     "21 1 254:0 / /target rw - ext4 /dev/vda rw\n"),
              ElementsAre("/", "/proc", "/target"));
}

TEST(MountTable, TheRunningSystemHasARoot) {
  EXPECT_THAT(read_mount_table(), ::testing::Contains(::testing::Field(&Mount::mounted_at, "/proc")));
}

}  // namespace
}  // namespace rehome::linux_files
