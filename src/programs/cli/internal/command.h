// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a command is: a function that declares its options on a CLI11 subcommand and leaves behind what to run. One
// small file per command implements it; command_table.cpp lists them all.

#include <functional>
#include <span>

#include <CLI/CLI.hpp>

#include "programs/cli/exit_code.h"
#include "programs/cli/program.h"

namespace rehome::cli {

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
  void (*declare)(CLI::App& app, Context& context);
};

std::span<const Command> command_table();

void declare_capture(CLI::App& app, Context& context);
void declare_estimate(CLI::App& app, Context& context);
void declare_explain(CLI::App& app, Context& context);
void declare_recovery_keygen(CLI::App& app, Context& context);
void declare_restore(CLI::App& app, Context& context);
void declare_rules_check(CLI::App& app, Context& context);
void declare_store_extract(CLI::App& app, Context& context);
void declare_store_info(CLI::App& app, Context& context);
void declare_store_list(CLI::App& app, Context& context);
void declare_store_remove(CLI::App& app, Context& context);
void declare_store_verify(CLI::App& app, Context& context);
void declare_users(CLI::App& app, Context& context);

}  // namespace rehome::cli
