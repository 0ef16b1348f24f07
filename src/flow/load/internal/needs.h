// SPDX-License-Identifier: Apache-2.0
#pragma once
// What objects occupy on a volume, at most. Pure.

#include <cstdint>

#include "base/machine/file_tree.h"
#include "model/object.h"

namespace rehome::load {

struct Needs {
  std::uint64_t bytes = 0;
  std::uint64_t inodes = 0;

  /// Sums of hostile sizes stay at the largest number.
  Needs& operator+=(const Needs& more);
  bool fit(const Space& space) const { return bytes <= space.free_bytes && inodes <= space.free_inodes; }
};

/// Of an object whose content is copied. Nothing for a further name of a file that is brought.
Needs needs_of(const Object& object);

}  // namespace rehome::load
