// SPDX-License-Identifier: Apache-2.0
#pragma once
// The ranges of what can be set on a migration point and its folders (C-S2…C-S6).

#include "site/migration_points.h"

namespace rehome::site {

/// All throw Error(invalid_argument).
void check(const PointSettings& settings);
void check(const FolderSettings& settings);

}  // namespace rehome::site
