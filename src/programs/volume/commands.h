// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `volume …`, for main.cpp: what the steps of task sequences do to volumes, also by hand.

#include "programs/command/command.h"

namespace rehome::volume {

cli::CommandTable commands();

}  // namespace rehome::volume
