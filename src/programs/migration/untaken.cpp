// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/untaken.h"

#include "base/core/error.h"

namespace rehome::cli {

void check_reach(const scan::ScanJob& job) {
  if (job.plan.reaches_inside(job.plan.start())) return;
  throw Error(ErrorCode::refused, "the rules take nothing of this computer: `rehome rules check` says what they hold");
}

void report_untaken_homes(const scan::ScanJob& job, FindingSink& findings) {
  for (const CapturedAccount& account : job.accounts) {
    const MachinePath& home = account.canonical_home;
    if (home.empty() || job.plan.reaches_inside(state_at(job.plan, home))) continue;
    findings.record({FindingKind::left_behind, account.number, home,
                     "the rules take nothing of the home of " + printable(account.account.name)});
  }
}

void report_emptiness(const scan::ScanJob& job, const Progress& progress, FindingSink& findings) {
  if (progress.objects > 0 || job.accounts.empty()) return;
  findings.record({FindingKind::unreadable, kSystemAccount, "/",
                   "nothing at all is captured: nothing that the rules take is there; `rehome explain PATH` says which "
                   "rules are about a path"});
}

}  // namespace rehome::cli
