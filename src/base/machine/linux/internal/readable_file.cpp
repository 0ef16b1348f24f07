// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/readable_file.h"

#include <unistd.h>

#include "base/machine/linux/internal/attributes.h"
#include "base/machine/linux/internal/data_extents.h"
#include "base/machine/linux/internal/inode_flags.h"
#include "base/machine/linux/internal/node_ref.h"

namespace rehome::linux_files {

std::size_t LinuxReadableFile::read_at(std::uint64_t offset, std::span<std::uint8_t> out) {
  const ssize_t count = platform::retry_interrupted(
      [&] { return ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset)); });
  return static_cast<std::size_t>(platform::checked(count, [&] { return "read " + path_; }));
}

NodeInfo LinuxReadableFile::inspect() { return inspect_node({.fd = fd_.get(), .path = path_}); }

void LinuxReadableFile::read_attributes(Metadata& metadata) {
  const NodeRef node{.fd = fd_.get(), .path = path_};
  metadata.flags = read_flags(node);
  read_all_attributes(node, metadata);
}

std::vector<Extent> LinuxReadableFile::data_extents() { return find_data_extents(fd_.get(), inspect(), path_); }

}  // namespace rehome::linux_files
