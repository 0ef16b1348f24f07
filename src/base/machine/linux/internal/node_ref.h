// SPDX-License-Identifier: Apache-2.0
#pragma once
// A node that is held open, of any kind: what reading and writing of metadata works on, so that nothing can be swapped
// between its steps. Files and folders are open for real; links, fifos, sockets and devices only as a place
// (O_PATH), which wakes nothing and never blocks.

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "base/core/platform/fd.h"
#include "base/machine/linux/internal/name.h"
#include "base/machine/node.h"

namespace rehome::linux_files {

/// Does not own the descriptor.
struct NodeRef {
  int fd = -1;
  bool only_path = false;  // opened with O_PATH
  std::string_view path;   // for messages
};

struct OpenNode {
  platform::UniqueFd fd;
  bool only_path = false;
};

/// Opens a child of any kind; a file or folder that this process may not read is held only_path. No link is followed.
OpenNode open_node(int folder, const Name& name, std::string_view path);

/// openat() for reading without writing an access time, where the owner of the node allows that. -1 and errno if it
/// fails.
int open_without_access_time(int folder, const char* name, int flags);

/// lstat of `name` in `folder`, or of `folder` itself for "". -1 and errno if it fails.
int status_at(int folder, const char* name, struct statx& status);
NodeInfo to_node_info(const struct statx& status);
/// Both in one; throws Error.
NodeInfo inspect_node(const NodeRef& node);

/// Major and minor number as NodeInfo and Volume have them.
constexpr std::uint64_t device_id(std::uint32_t major, std::uint32_t minor) {
  return std::uint64_t{major} << 32 | minor;
}

/// The node by a name in /proc, for the system calls that take no O_PATH descriptor. It leads to the node itself, even
/// if that is a link.
std::string path_in_proc(int fd);

}  // namespace rehome::linux_files
