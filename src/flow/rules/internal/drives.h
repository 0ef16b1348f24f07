// SPDX-License-Identifier: Apache-2.0
#pragma once
// GenerateDrivePatterns: one pattern for each drive of a kind. A Linux computer has one fixed drive, "/"; removable
// and network volumes are where they are mounted.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/machine.h"

namespace rehome::rules {

/// Nothing where `kind` is none of Fixed, CDROM, Removable and Remote.
std::optional<std::vector<std::string>> drive_patterns(Machine& machine, std::string_view segment,
                                                       std::string_view kind);

}  // namespace rehome::rules
