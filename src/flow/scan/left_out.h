// SPDX-License-Identifier: Apache-2.0
#pragma once
// Why a path stays out of a capture although the rules take it: for `rehome explain`. In: what scan() needs, and a
// path. Out: one sentence. Nothing but the path and the folders above it is looked at.

#include <optional>
#include <string>

#include "flow/scan/scan.h"

namespace rehome::scan {

/// nullopt where a scan would come to `path`, which has no link in it (FileTree::canonical). Throws what scan() throws.
std::optional<std::string> reason_left_out(const ScanJob& job, const MachinePath& path);

}  // namespace rehome::scan
