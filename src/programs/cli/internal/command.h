// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a command is: a function that declares its options and leaves behind what to run. One
// small file per command implements it; command_table.cpp lists them all.

#include <functional>
#include <span>

#include "programs/cli/exit_code.h"
#include "programs/cli/program.h"

namespace rehome::cli {

class Arguments;  // arguments.h

/// Options that every command has.
struct CommonOptions {
  bool json = false;   // the result as one JSON document on stdout
  bool quiet = false;  // errors only
};

struct Context {
  Surroundings& surroundings;
  CommonOptions options;
  std::function<ExitCode()> action;  // set by the command that the command line names
};

struct Command {
  const char* name;  // "capture", or "store verify" for a command in a group
  const char* summary;
  void (*declare)(Arguments& arguments);
};

std::span<const Command> command_table();

void declare_capture(Arguments& arguments);
void declare_estimate(Arguments& arguments);
void declare_explain(Arguments& arguments);
void declare_recovery_keygen(Arguments& arguments);
void declare_restore(Arguments& arguments);
void declare_rules_check(Arguments& arguments);
void declare_store_extract(Arguments& arguments);
void declare_store_info(Arguments& arguments);
void declare_store_list(Arguments& arguments);
void declare_store_remove(Arguments& arguments);
void declare_store_verify(Arguments& arguments);
void declare_users(Arguments& arguments);

}  // namespace rehome::cli
