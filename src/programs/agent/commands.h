// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `agent …` and `step …`, for main.cpp.

#include "programs/command/command.h"

namespace rehome::agent {

cli::CommandTable commands();

}  // namespace rehome::agent
