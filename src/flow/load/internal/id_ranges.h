// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ranges of subordinate ids (subuid, subgid) for the accounts that a restore makes. One thread.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/machine/accounts.h"

namespace rehome::load {

/// The subordinate ids of one kind on the destination. A range from a store is a claim to be somebody: one that held
/// root's id or another account's would make its owner that account inside a user namespace.
class IdRangePool {
 public:
  explicit IdRangePool(std::vector<IdRange> taken);
  /// `wanted` itself where it is free and lies where subordinate ids lie, else the first free range of its size;
  /// nullopt where its size is none an account may have.
  std::optional<IdRange> give(IdRange wanted);

 private:
  bool is_free(IdRange range) const;

  std::vector<IdRange> taken_;  // sorted by first
};

/// Part of a range at the source and where it lies at the destination.
struct MovedRange {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t count = 0;
};

/// The n-th subordinate id of an account at the source is its n-th at the destination, however its ranges are cut.
std::vector<MovedRange> pair_ranges(std::span<const IdRange> source, std::span<const IdRange> destination);

}  // namespace rehome::load
