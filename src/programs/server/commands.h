// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands `site …` that work on a site's own folder, for main.cpp.

#include "programs/command/command.h"

namespace rehome::server {

cli::CommandTable commands();

}  // namespace rehome::server
