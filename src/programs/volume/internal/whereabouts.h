// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a path lies, seen from a volume that is to be wiped: whatever links, bind mounts and loop devices lead to it.
// In: paths of the running system. Out: whether what is there survives. For one thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/machine/file_tree.h"
#include "base/machine/linux/mount_table.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

/// The volume that `folder` is the top of.
struct WipedVolume {
  MachinePath folder;
  std::string protected_name;
  std::uint64_t device = 0;
  linux_files::Mount mount;

  MachinePath path_of(const std::string& name) const { return (folder == "/" ? "" : folder) + "/" + name; }
  MachinePath protected_path() const { return path_of(protected_name); }
};

/// Throws Error(refused) where `folder` is not the place where a whole volume (or subvolume of btrfs) is mounted.
WipedVolume open_volume(FileTree& host, const MachinePath& folder, const std::string& protected_name);

/// What a store in the folder `path` can count on. Throws Error(not_found).
sequence::StorePlace place_of(FileTree& host, const WipedVolume& volume, const MachinePath& path);
/// Whether the file is still there after the wipe and the restarts around it; links are followed.
bool survives(FileTree& host, const WipedVolume& volume, const MachinePath& file);

/// What is mounted below the volume's folder.
std::vector<std::string> mounts_below(const WipedVolume& volume);

/// The paths of the files, in the end, that block device `numbers` ("7:0") or `source` ("/dev/mapper/a") consists of:
/// loop devices, also beneath RAID, encryption or volume groups. nullopt where the system does not know the device.
/// `sys` is /sys.
std::optional<std::vector<std::string>> backing_files(const std::string& numbers, const std::string& source,
                                                      const std::string& sys = "/sys");

}  // namespace rehome::volume
