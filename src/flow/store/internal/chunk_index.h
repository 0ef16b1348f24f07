// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which chunks an account has in its vault already. In memory: 32 bytes per chunk, 5 to 11 for the table (the old one
// goes before the doubled one is made) and what the allocator adds, kBytesPerChunk at most. Not for use from several
// threads at once.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "flow/store/internal/pack_format.h"
#include "model/object.h"

namespace rehome::store {

class ChunkIndex {
 public:
  static constexpr std::size_t kBytesPerChunk = 46;

  std::optional<ChunkRef> find(const ChunkId& id) const;
  /// Does nothing when the id is there already.
  void insert(const ChunkId& id, const ChunkRef& ref);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    ChunkId id;
    ChunkRef ref;
  };
  static constexpr std::uint32_t kEmpty = UINT32_MAX;

  std::size_t slot_of(const ChunkId& id) const;
  void grow();

  std::deque<Entry> entries_;         // grows without moving what is there
  std::vector<std::uint32_t> table_;  // open addressing, a power of two; indices into entries_
};

}  // namespace rehome::store
