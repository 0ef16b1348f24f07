// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether the destination has room, before anything is written. One thread.

#include "flow/load/internal/needs.h"
#include "flow/load/internal/territory.h"
#include "model/progress.h"

namespace rehome::load {

struct SpaceQuestion {
  const CapturedState& state;
  const AccountMapping& mapping;
  const Territory& territory;
  Machine& destination;
  const LoadOptions& options;
};

/// `total` is what all objects need together. Throws Error(no_space), with the figures, where a volume cannot hold what
/// will be written to it. Only where that may be too much is it looked for what needs no room: files of a hard-link
/// store that can be linked, and then what is there already with the same size, so that a restore that was cut short
/// can go on.
void check_space(const SpaceQuestion& question, const Needs& total, const Progress& progress);

}  // namespace rehome::load
