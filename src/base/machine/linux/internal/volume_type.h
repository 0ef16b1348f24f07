// SPDX-License-Identifier: Apache-2.0
#pragma once
// What kind of volume something lies on, and to which of our classes that belongs.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::linux_files {

/// "ext4", "btrfs"…, as the volume of an open node says itself; "0x…" (its magic number) where we have no name for it.
/// For volumes that the mount table does not show, as in a chroot; it cannot tell ext2 from ext4 or one FUSE from
/// another.
std::string type_of_volume(int fd);

/// `device` is that of the block device beneath, as device_id(); it decides between local and removable.
VolumeClass class_of_volume(std::string_view type, std::uint64_t device);

}  // namespace rehome::linux_files
