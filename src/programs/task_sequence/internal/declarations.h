// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of the single commands offer to the table in commands.cpp.

#include <string>

#include "programs/command/arguments.h"

namespace rehome::task_sequence {

void declare_new(cli::Arguments& arguments);
void declare_check(cli::Arguments& arguments);
void declare_run(cli::Arguments& arguments);
void declare_resume(cli::Arguments& arguments);
void declare_status(cli::Arguments& arguments);
void declare_log(cli::Arguments& arguments);

/// --folder, which all that look at a begun sequence have.
void declare_folder(cli::Arguments& arguments, std::string& folder);

}  // namespace rehome::task_sequence
