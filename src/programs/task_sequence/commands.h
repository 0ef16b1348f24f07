// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `sequence …`, for main.cpp.

#include "programs/command/command.h"

namespace rehome::task_sequence {

cli::CommandTable commands();

}  // namespace rehome::task_sequence
