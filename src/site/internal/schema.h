// SPDX-License-Identifier: Apache-2.0
#pragma once
// The tables of a site. Version n + 1 is version n after step n, so that records of every version can be brought up to
// date; a step that was in a release is never changed.

#include <cstdint>
#include <span>

#include "base/database/database.h"

namespace rehome::site {

/// The statements that lead from one version to the next.
using SchemaStep = std::span<const char* const>;

/// In order; the first makes version 1 in an empty database.
std::span<const SchemaStep> schema_steps();

/// 0 where there are no tables.
std::int64_t schema_version(Transaction& transaction);

/// All steps that are missing, in this transaction. Error(unsupported_version) where the records are of a newer
/// version than `steps` knows.
void migrate(Transaction& transaction, std::span<const SchemaStep> steps);

}  // namespace rehome::site
