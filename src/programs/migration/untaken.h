// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a capture and an estimate say of homes, or of everything, that the rules take nothing of. In: the job of the
// scan. Out: findings. Nobody may take so little for the state of these users.

#include "flow/scan/scan.h"

namespace rehome::cli {

/// Throws Error(refused) where the rules can take nothing of this computer, whatever lies on it.
void check_reach(const scan::ScanJob& job);

/// Before the scan. Rules may leave a home out on purpose, or be those of another system.
void report_untaken_homes(const scan::ScanJob& job, FindingSink& findings);

/// After the scan, with its progress.
void report_emptiness(const scan::ScanJob& job, const Progress& progress, FindingSink& findings);

}  // namespace rehome::cli
