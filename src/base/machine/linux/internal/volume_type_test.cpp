// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/volume_type.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/core/platform/fd.h"

namespace rehome::linux_files {
namespace {

constexpr std::uint64_t kNoDevice = 0;

TEST(VolumeType, SortsTypesIntoClasses) {
  for (const char* type : {"nfs4", "cifs", "9p", "ceph"}) {
    EXPECT_EQ(class_of_volume(type, kNoDevice), VolumeClass::network) << type;
  }
  for (const char* type : {"proc", "tmpfs", "devtmpfs", "autofs", "cgroup2"}) {
    EXPECT_EQ(class_of_volume(type, kNoDevice), VolumeClass::pseudo) << type;
  }
  for (const char* type : {"fuse", "fuse.sshfs", "fuse.gvfsd-fuse"}) {
    EXPECT_EQ(class_of_volume(type, kNoDevice), VolumeClass::fuse) << type;
  }
  // Also what nobody here has heard of: leaving out the unknown would lose what is on it.
  for (const char* type : {"ext4", "btrfs", "overlay", "zfs", "fuseblk", "a_type_of_tomorrow"}) {
    EXPECT_EQ(class_of_volume(type, kNoDevice), VolumeClass::local) << type;
  }
}

TEST(VolumeType, AsksTheVolumeItself) {
  const platform::UniqueFd proc(::open("/proc", O_PATH | O_CLOEXEC));
  EXPECT_EQ(type_of_volume(proc.get()), "proc");
  const platform::UniqueFd sys(::open("/sys", O_PATH | O_CLOEXEC));
  EXPECT_EQ(type_of_volume(sys.get()), "sysfs");
}

}  // namespace
}  // namespace rehome::linux_files
