// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a new account gets besides name, ids, home and groups: comment, shell, password, lock, expiry and ranges of
// subordinate ids. In: the account at the source. Out: what this computer can have of it; the rest is a finding. Called
// by account_mapping. One thread.

#include "base/machine/file_tree.h"
#include "flow/load/internal/account_mapping.h"
#include "flow/load/internal/findings.h"
#include "flow/load/internal/id_ranges.h"

namespace rehome::load {

struct AccountDetails {
  FileTree& files;  // of the destination
  const LoadOptions& options;
  Findings& findings;
  IdRangePool& subuids;
  IdRangePool& subgids;
};

void choose_details(RestoredAccount& account, const AccountDetails& parts);

}  // namespace rehome::load
