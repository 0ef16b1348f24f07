// SPDX-License-Identifier: Apache-2.0
#pragma once
// One thing that is migrated: a file, folder, link or special file, as the catalog lists it.

#include <cstdint>
#include <string>
#include <vector>

#include "base/machine/node.h"
#include "model/location.h"

namespace rehome {

/// Where bytes of a file lie in a compressed store. The meaning is the store's own; everyone else passes it through.
struct ChunkRef {
  std::uint32_t pack = 0;    // index into the capture's table of packs of this account
  std::uint32_t frame = 0;   // frame in the pack
  std::uint32_t offset = 0;  // bytes into the opened frame
  std::uint32_t length = 0;  // bytes
  bool operator==(const ChunkRef&) const = default;
};

struct Object {
  Location location;
  NodeKind kind = NodeKind::file;
  Metadata metadata;

  std::uint64_t size = 0;  // files: bytes of content, holes included
  /// Files: ranges with data; empty means one range over everything, a single range of length 0 means that all is
  /// hole. The chunks hold just these ranges, in order.
  std::vector<Extent> extents;
  std::vector<ChunkRef> chunks;
  /// Files that a store keeps as plain files: the SHA-256 of each 4 MiB of data (32 bytes each, the last piece may be
  /// shorter, holes left out), so that every piece is checked before it is handed out. Empty for a linked original.
  Bytes piece_hashes;
  std::string link_target;          // symlinks
  std::uint64_t device_number = 0;  // devices

  /// Files with several captured names (hard links): the same number other than 0 on all of them. The first in the
  /// catalog (the leader) has the content, the others have none. A group never spans accounts.
  std::uint64_t link_group = 0;
  bool leads_link_group = false;

  /// Identity at the source, for the next capture's comparison; not restored.
  std::uint64_t source_device = 0;
  std::uint64_t source_inode = 0;

  bool operator==(const Object&) const = default;
};

/// Bytes of content that an object says it has, holes left out: what all sums and rates count. UINT64_MAX at most.
std::uint64_t data_bytes(const Object& object);

/// Throws Error(corrupt) for what no capture writes of a computer of this flavour, and no restore takes: besides what
/// check_location() finds, an anchor that is no folder, and a link to nothing.
void check_object(const Object& object, MachineFlavour flavour);

}  // namespace rehome
