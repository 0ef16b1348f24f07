// SPDX-License-Identifier: Apache-2.0
#pragma once
// The commands of people who administer a site over its API (docs/wire-protocol.md): `rehome site …`.

#include "programs/command/command.h"

namespace rehome::administration {

cli::CommandTable commands();

}  // namespace rehome::administration
