// SPDX-License-Identifier: Apache-2.0
#pragma once
// Joins rules → scan: how much a capture would take, without a store. Called by the command `estimate` and by the
// agent, which asks its site for that much room.

#include "flow/scan/estimate.h"
#include "programs/command/command.h"
#include "programs/migration/findings.h"
#include "programs/migration/source.h"

namespace rehome::cli {

struct EstimateResult {
  scan::Estimate estimate;
  std::map<AccountNumber, std::string> names;  // printable
};

EstimateResult estimate(const SourceOptions& options, FindingList& findings, Context& context);

}  // namespace rehome::cli
