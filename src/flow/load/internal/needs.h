// SPDX-License-Identifier: Apache-2.0
#pragma once
// What objects occupy on a volume, at most. Pure.

#include <cstdint>
#include <unordered_set>

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

/// Counts objects whose content is copied, with the folders that they imply: a path makes all that lie above it,
/// whether the catalog holds them or not. Remembers 8 bytes (about 40 with the set) for each folder, up to a limit;
/// folders beyond it are counted only where they are objects.
class NeedsCounter {
 public:
  /// Nothing for a further name of a file that is brought, nor again for a folder that was counted.
  Needs count(const Object& object);
  /// Only the folders: the object itself becomes a further name of a file that is there.
  Needs count_folders(const Object& object);
  /// The object is there already, and so are its folders.
  void leave_out(const Object& object);

 private:
  /// How many of the folders of a path, itself included if it is one, were not known.
  std::uint64_t remember_folders(const Object& object);

  std::unordered_set<std::uint64_t> folders_;  // hashes of their paths
};

}  // namespace rehome::load
