// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether the destination has room, before anything is written. One thread.

#include "flow/load/internal/needs.h"
#include "flow/load/internal/territory.h"
#include "model/progress.h"

namespace rehome::load {

/// `total` is what all objects need together. Throws Error(no_space), with the figures, where a volume cannot hold what
/// will be written to it. What is there
/// already with the same size is looked for only where the room is too small without that: so a restore that was cut
/// short can go on.
void check_space(const CapturedState& state, const AccountMapping& mapping, const Territory& territory,
                 Machine& destination, const Needs& total, const Progress& progress);

}  // namespace rehome::load
