// SPDX-License-Identifier: Apache-2.0
#pragma once
// Reads what a step does: its kind, and the names that only this kind has.

#include "sequence/internal/map_reader.h"

namespace rehome::sequence {

/// Takes "step" and what belongs to it.
Action read_action(MapReader& map);

}  // namespace rehome::sequence
