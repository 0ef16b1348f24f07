// SPDX-License-Identifier: Apache-2.0
#pragma once
// Stage two: scan. In: a machine, the plan of the rules, the selected accounts. Out: every object that is in, handed
// to a CaptureSink, and a finding for everything that could not be taken. The source is never changed.
// Called by programs, on one thread; works on its own pool.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/machine/machine.h"
#include "model/capture.h"
#include "model/plan.h"
#include "model/progress.h"

namespace rehome::scan {

struct ScanOptions {
  std::size_t threads = 0;                     // 0: as many as processors
  bool keep_tagged_caches = false;             // take folders with a valid CACHEDIR.TAG too
  std::vector<MachinePath> also_volumes = {};  // mount points of network, FUSE and removable volumes to take as well
  int reads_of_changing_file = 3;
};

struct ScanJob {
  Machine& machine;
  const Plan& plan;
  const LocationTable& locations;
  std::span<const CapturedAccount> accounts;
  ScanOptions options;
};

/// Walks and hands over. Throws Error(refused) before anything is read when the home of a selected account lies on a
/// volume that is out of scope, or when none of these homes is there; and what the sink throws.
void scan(const ScanJob& job, CaptureSink& sink, Progress& progress);

}  // namespace rehome::scan
