// SPDX-License-Identifier: Apache-2.0
#pragma once
// After a restore: known folders that are not where the account's settings now say, so that nobody looks for them in
// vain. Settings can be a link, or ones that were there before and stayed as they are. One thread.

#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/findings.h"
#include "flow/load/internal/territory.h"
#include "flow/load/internal/user_dirs_files.h"

namespace rehome::load {

/// Reads user-dirs.dirs as a desktop does, through links, but only within the home. Each folder in `held` that it says
/// is elsewhere is a finding.
void report_strayed_folders(const AccountMapping& mapping, const HeldFolders& held, const Territory& territory,
                            FileTree& files, Findings& findings);

}  // namespace rehome::load
