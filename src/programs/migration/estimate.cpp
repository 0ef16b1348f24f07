// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/estimate.h"

#include "flow/scan/scan.h"
#include "programs/command/reporter.h"
#include "programs/migration/untaken.h"

namespace rehome::cli {

EstimateResult estimate(const SourceOptions& options, FindingList& findings, Context& context) {
  Source source = open_source(options, context);
  compile_rules(source, context, number_in_order());
  const scan::ScanJob job = scan_job(source);
  Progress progress;
  const Reporter reporter(context, progress, "looking", source.names());
  for (Finding& finding : source.findings()) findings.record(std::move(finding));
  check_reach(job);
  report_untaken_homes(job, findings);
  EstimateResult result{.estimate = scan::estimate(job, findings, progress), .names = source.names()};
  report_emptiness(job, progress, findings);
  for (const auto& [number, name] : result.names) result.estimate.accounts.try_emplace(number);  // who has nothing too
  return result;
}

}  // namespace rehome::cli
