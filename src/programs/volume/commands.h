// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `volume …`: whether everything on a volume may be removed, and its removal. A task sequence runs both as
// programs of their own, the first one before the running system is left, the second one in the other root. For
// main.cpp.

#include "programs/command/command.h"

namespace rehome::volume {

cli::CommandTable commands();

}  // namespace rehome::volume
