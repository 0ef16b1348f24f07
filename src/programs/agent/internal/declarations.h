// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of the single commands offer to the table in commands.cpp.

#include "programs/command/command.h"

namespace rehome::agent {

void declare_enrol(cli::Arguments& arguments);
void declare_run(cli::Arguments& arguments);
void declare_status(cli::Arguments& arguments);
void declare_return_token(cli::Arguments& arguments);
void declare_request_state_store(cli::Arguments& arguments);
void declare_capture_user_state(cli::Arguments& arguments);
void declare_restore_user_state(cli::Arguments& arguments);
void declare_release_state_store(cli::Arguments& arguments);

}  // namespace rehome::agent
