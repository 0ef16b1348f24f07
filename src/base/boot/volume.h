// SPDX-License-Identifier: Apache-2.0
#pragma once
// A volume of disk, named so that it is found again after the computer has started anew: by the UUID that its file
// system keeps. Any thread.

#include <optional>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::boot {

struct Volume {
  std::string uuid;        // "0a3407de-014b-458b-b5c1-848e92a327a3"
  std::string type;        // "ext4", "xfs", "btrfs"
  std::string options;     // to mount it the same way: "subvol=/@"; often empty
  std::string device;      // of the kernel's names, without /dev/: "vda1"
  MachinePath mounted_at;  // now
  MachinePath top;         // what of the volume is seen there: "/", or a subvolume
};

/// The one that holds `folder`. Throws Error(not_found), and Error(unsupported) where it lies on no disk or partition
/// of its own (LVM, RAID, encryption, network): what the other root would need to reach it, it does not have.
Volume volume_of(const MachinePath& folder);

struct FileSystemIdentity {
  std::string uuid;
  std::string type;
  bool operator==(const FileSystemIdentity&) const = default;
};
/// Of the file system that holds `folder`, be it on LVM, RAID or an encrypted device. Throws Error(unsupported) where
/// it is none of those that identify() knows.
FileSystemIdentity file_system_of(const MachinePath& folder);
/// From what is on the device; ext2 to ext4 are all "ext4", which the same driver mounts. nullopt where it is none of
/// those, or cannot be read.
std::optional<FileSystemIdentity> identify(const std::string& device_path);

}  // namespace rehome::boot
