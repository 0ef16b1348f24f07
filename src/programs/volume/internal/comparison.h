// SPDX-License-Identifier: Apache-2.0
#pragma once
// What changed on the volume since the capture. In: the rules of the capture, and what it holds. Out: every object that
// the same rules would take now and that is not as it was captured; what was deleted is no change. One thread; works on
// scan's pool.

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "flow/scan/scan.h"
#include "programs/migration/object_table.h"
#include "sequence/wipe_guard.h"

namespace rehome::volume {

constexpr std::size_t kMostListedChanges = 1000;

struct ComparisonJob {
  const scan::ScanJob& scan;
  const cli::ObjectTable& captured;
  std::uint64_t device = 0;                 // of the volume; what lies on others is no matter
  NodeIdentity protected_folder = {};       // nothing in it is looked at
  std::set<std::string> known_errors = {};  // paths that the capture could not read either
};

struct Comparison {
  std::vector<sequence::ChangeFact> changes;  // the first ones
  std::uint64_t change_count = 0;
  std::uint64_t linked = 0;  // files on the volume that the store holds by a link
};

/// Throws what scan::scan() throws.
Comparison compare_with_capture(const ComparisonJob& job, Progress& progress);

}  // namespace rehome::volume
