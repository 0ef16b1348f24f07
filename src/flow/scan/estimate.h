// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much a capture would take, without a store: `rehome estimate`, and the check for space before a capture. In: what
// scan() needs. Out: objects and bytes per account. No content is read.
// Called by programs, on one thread; works on scan's pool.

#include <cstdint>
#include <functional>
#include <map>

#include "flow/scan/scan.h"

namespace rehome::scan {

struct Amount {
  std::uint64_t objects = 0;
  std::uint64_t content_bytes = 0;  // without the holes of large files; a file with several names once
};

struct Estimate {
  std::map<AccountNumber, Amount> accounts;  // kSystemAccount too
  Amount total;
};

/// The accounts of the job need numbers that differ, no vault behind them. Findings are those of a scan, but for what
/// only reading would show. `owns`: as CaptureSink::owns; may be empty. Throws what scan() throws.
Estimate estimate(const ScanJob& job, FindingSink& findings, Progress& progress,
                  const std::function<bool(const NodeInfo&)>& owns = {});

}  // namespace rehome::scan
