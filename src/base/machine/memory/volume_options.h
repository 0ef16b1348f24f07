// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a volume of the fake machine behaves.

#include <cstdint>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome {

struct VolumeOptions {
  VolumeClass volume_class = VolumeClass::local;
  std::string type = "ext4";
  std::uint64_t capacity_bytes = UINT64_MAX;
  std::uint64_t capacity_inodes = UINT64_MAX;
  std::uint64_t links_per_file = 65000;
  bool keeps_attributes = true;  // false as on vfat: extended attributes and flags are reported as lost
  bool is_subvolume = false;     // has a device of its own but no mount point, as in btrfs
};

}  // namespace rehome
