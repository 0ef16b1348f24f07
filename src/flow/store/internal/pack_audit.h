// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads a whole pack once and opens every part of it, for `verify`. In: the place of a pack. Out: which of its frames
// can be given back, and what is wrong.

#include <string>
#include <vector>

#include "flow/store/internal/names.h"
#include "flow/store/internal/vault_context.h"
#include "model/object.h"

namespace rehome::store {

struct PackAudit {
  std::vector<std::uint32_t> frame_sizes;  // raw; 0 for a damaged frame
  std::vector<std::string> problems;       // for people
  std::uint64_t bytes = 0;                 // that were read

  /// Whether these bytes can be given back.
  bool holds(const ChunkRef& chunk) const {
    return chunk.frame < frame_sizes.size() && std::uint64_t{chunk.offset} + chunk.length <= frame_sizes[chunk.frame];
  }
};

PackAudit audit_pack(const VaultContext& vault, const PackPlace& place);

}  // namespace rehome::store
