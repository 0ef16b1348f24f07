// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/chunk_index.h"

#include <algorithm>
#include <cstring>

#include "base/core/check.h"

namespace rehome::store {

namespace {
constexpr std::size_t kFirstSize = 1024;
}

// Ids are outputs of a keyed hash, so their own first bytes spread as well as any hash of them would.
std::size_t ChunkIndex::slot_of(const ChunkId& id) const {
  std::uint64_t spread = 0;
  std::memcpy(&spread, id.data(), sizeof spread);
  std::size_t slot = spread & (table_.size() - 1);
  while (table_[slot] != kEmpty && entries_[table_[slot]].id != id) slot = (slot + 1) & (table_.size() - 1);
  return slot;
}

std::optional<ChunkRef> ChunkIndex::find(const ChunkId& id) const {
  if (table_.empty()) return std::nullopt;
  const std::uint32_t found = table_[slot_of(id)];
  if (found == kEmpty) return std::nullopt;
  return entries_[found].ref;
}

void ChunkIndex::insert(const ChunkId& id, const ChunkRef& ref) {
  if (entries_.size() * 4 >= table_.size() * 3) grow();
  const std::size_t slot = slot_of(id);
  if (table_[slot] != kEmpty) return;
  check(entries_.size() < kEmpty, "an account has fewer than four thousand million chunks");
  table_[slot] = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({id, ref});
}

void ChunkIndex::grow() {
  const std::size_t size = std::max(kFirstSize, table_.size() * 2);
  table_ = {};
  table_.assign(size, kEmpty);
  for (std::size_t i = 0; i < entries_.size(); ++i) table_[slot_of(entries_[i].id)] = static_cast<std::uint32_t>(i);
}

}  // namespace rehome::store
