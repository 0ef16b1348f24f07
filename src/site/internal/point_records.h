// SPDX-License-Identifier: Apache-2.0
#pragma once
// Records of migration points and their folders inside a transaction.

#include <string>
#include <vector>

#include "base/database/database.h"
#include "site/migration_points.h"

namespace rehome::site {

/// Those that were not removed, the oldest first, with their folders.
std::vector<MigrationPoint> points_in(Transaction& transaction);
/// Error(not_found), also for a removed one.
MigrationPoint point_in(Transaction& transaction, const std::string& id);

}  // namespace rehome::site
