// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ranges of subordinate ids (subuid, subgid) for the accounts that a restore makes. One thread.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/machine/accounts.h"

namespace rehome::load {

bool holds(const IdRange& range, std::uint32_t id);

/// The subordinate ids of one kind on the destination. A range from a store is a claim to be somebody: one that held
/// root's id or another account's would make its owner that account inside a user namespace.
class IdRangePool {
 public:
  explicit IdRangePool(std::vector<SubordinateRange> taken);
  /// A range for the new account `owner`: `wanted` itself where it is free and lies where subordinate ids lie, else the
  /// first free range of its size; nullopt where its size is none an account may have. What the destination's files
  /// still say of an earlier account of that name is free: it goes when the new one is made.
  std::optional<IdRange> give(IdRange wanted, std::string_view owner);
  /// Whether somebody has this id, in a range or as his own.
  bool holds(std::uint32_t id) const;

 private:
  bool is_free(IdRange range, std::string_view owner) const;

  std::vector<SubordinateRange> taken_;  // sorted by first; what was given here has no owner: it is free to nobody
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
