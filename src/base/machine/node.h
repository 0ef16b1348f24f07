// SPDX-License-Identifier: Apache-2.0
#pragma once
// The nouns a file tree speaks in: what a name in a folder is, and what is known about it. Plain values; they travel
// through every stage and into the catalog (as part of model/object.h).

#include <cstdint>
#include <string>
#include <vector>

#include "base/core/bytes.h"
#include "base/core/clock.h"

namespace rehome {

enum class NodeKind : std::uint8_t {
  unknown,  // only in DirectoryEntry, where the volume does not say
  file,
  folder,
  symlink,
  fifo,
  socket,
  char_device,
  block_device,
};
std::string_view name_of(NodeKind kind);

/// A name and value as the volume keeps them: "user.comment", "system.posix_acl_access" (its little-endian xattr
/// form), "security.capability", "trusted.overlay.opaque".
struct ExtendedAttribute {
  std::string name;
  Bytes value;
  bool operator==(const ExtendedAttribute&) const = default;
};

/// Of the policy and the keys of one computer (SELinux, Smack, AppArmor, IMA, EVM): never brought to another, and what
/// a computer gave its nodes itself stays.
bool is_label(std::string_view attribute);

/// What restoring a node brings back besides its content.
struct Metadata {
  std::uint32_t mode = 0;  // permission bits with setuid, setgid and sticky; 07777 at most
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  Timestamp modified;
  Timestamp accessed;
  Timestamp changed;                          // ctime: compared, never restored
  std::uint32_t flags = 0;                    // inode flags (FS_IOC_GETFLAGS: immutable, append, nodump, nocow, ...)
  std::uint32_t dos_attributes = 0;           // Windows machines: FILE_ATTRIBUTE_*
  std::vector<ExtendedAttribute> attributes;  // sorted by name
  bool operator==(const Metadata&) const = default;
};

/// Which node of a machine it is, whatever it is called at the moment.
struct NodeIdentity {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bool operator==(const NodeIdentity&) const = default;
};

/// What lstat tells. `metadata.flags` and `metadata.attributes` are empty until read_attributes() filled them.
struct NodeInfo {
  NodeKind kind = NodeKind::unknown;
  std::uint64_t device = 0;  // with `inode`, the identity of the node on this machine
  std::uint64_t inode = 0;
  std::uint64_t link_count = 1;
  std::uint64_t size = 0;           // bytes of content; of a symlink: of its target
  std::uint64_t allocated = 0;      // bytes on disk; less than `size` says: sparse
  std::uint64_t device_number = 0;  // char_device, block_device: major << 32 | minor
  // Through which mount it is seen: a folder bound to a second place is the same node there, under another number. Not
  // to be kept: it means something until the next mount only. 0 where the system does not say.
  std::uint64_t mount = 0;
  Metadata metadata;

  NodeIdentity identity() const { return {device, inode}; }
};

struct DirectoryEntry {
  std::string name;  // any byte but NUL and '/'
  NodeKind kind = NodeKind::unknown;
  std::uint64_t inode = 0;
};

/// A range of a file that holds data; what lies between ranges is a hole and reads as zeros.
struct Extent {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool operator==(const Extent&) const = default;
};

}  // namespace rehome
