// SPDX-License-Identifier: Apache-2.0
#pragma once
// What is mounted where, as the kernel says it to this process. In: the text of /proc/self/mountinfo. Out: the mounts
// that can be reached by their path.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::linux_files {

struct Mount {
  std::uint64_t id = 0;  // as statx tells it for every node
  std::uint64_t parent = 0;
  std::uint64_t device = 0;  // as device_id(); on btrfs not what its nodes say
  std::string numbers;       // of the device, as /sys/dev/block names it: "8:1"
  std::string top;           // what of the volume is seen: "/", or a folder of it
  std::string mounted_at;    // beneath the root of this process
  std::string type;
  std::string source;  // "/dev/sda1", "server:/export", "none"
};

/// Mounts that others cover are left out. Lines that make no sense are too.
std::vector<Mount> parse_mount_table(std::string_view text);

/// Throws Error where /proc is missing.
std::vector<Mount> read_mount_table();

}  // namespace rehome::linux_files
