// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the files of the single commands offer to the table in commands.cpp.

#include "programs/command/command.h"

namespace rehome::cli {

void declare_capture(Arguments& arguments);
void declare_estimate(Arguments& arguments);
void declare_explain(Arguments& arguments);
void declare_recovery_keygen(Arguments& arguments);
void declare_recovery_show(Arguments& arguments);
void declare_restore(Arguments& arguments);
void declare_rules_check(Arguments& arguments);
void declare_store_extract(Arguments& arguments);
void declare_store_info(Arguments& arguments);
void declare_store_list(Arguments& arguments);
void declare_store_remove(Arguments& arguments);
void declare_store_verify(Arguments& arguments);
void declare_users(Arguments& arguments);

}  // namespace rehome::cli
