// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of the folders of migration points inside a transaction.

#include <string>
#include <vector>

#include "base/database/database.h"
#include "site/migration_points.h"

namespace rehome::site {

/// Those of a point that were not removed, in the order in which they are tried, with what is in use of them.
std::vector<Folder> folders_of_point(Transaction& transaction, const std::string& point);

/// Error(refused) where state in it is not restored, unless `forced`.
void check_may_remove(Transaction& transaction, const Folder& folder, bool forced);

struct FolderRemoval {
  bool forced = false;
  std::string who = {};
};
/// Without a check: its stores count as deleted, its leases end. Files and keys stay.
void remove_folder_in(const Site& site, Transaction& transaction, const Folder& folder, const FolderRemoval& removal);

}  // namespace rehome::site
