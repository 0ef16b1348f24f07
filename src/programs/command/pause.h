// SPDX-License-Identifier: Apache-2.0
#pragma once
// Waiting that the user can end. Any thread.

#include <chrono>

#include "programs/command/command.h"

namespace rehome::cli {

/// False where the user asked to stop.
bool pause(const Context& context, std::chrono::seconds duration);

}  // namespace rehome::cli
