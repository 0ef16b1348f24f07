// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of the single commands offer to the table in commands.cpp.

#include "programs/command/command.h"

namespace rehome::volume {

void declare_check(cli::Arguments& arguments);
void declare_wipe(cli::Arguments& arguments);
void declare_apply(cli::Arguments& arguments);

}  // namespace rehome::volume
