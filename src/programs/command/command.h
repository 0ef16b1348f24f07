// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a command is: a function that declares its options and leaves behind what to run. One small file per command
// implements it; each program (cli, server, agent) lists its own in a table, and main.cpp joins the tables.

#include <functional>
#include <span>

#include "programs/command/exit_code.h"
#include "programs/command/surroundings.h"

namespace rehome::cli {

class Arguments;  // arguments.h

/// Options that every command has.
struct CommonOptions {
  bool json = false;   // the result as one JSON document on stdout
  bool quiet = false;  // errors and losses only
};

struct Context {
  Surroundings& surroundings;
  CommonOptions options;
  std::function<ExitCode()> action;  // set by the command that the command line names
};

struct Command {
  const char* name;  // "capture", "store verify" for a command in a group, "site smp list" in a group of a group
  const char* summary;
  void (*declare)(Arguments& arguments);
};

/// Words that several commands begin with: "store", or "site smp" within "site".
struct CommandGroup {
  const char* name;
  const char* summary;
};

struct CommandTable {
  std::span<const CommandGroup> groups;
  std::span<const Command> commands;
};

/// Thrown by a command that cannot go on when what is wrong stands on stderr already.
struct Reported {
  ExitCode code;
};
}  // namespace rehome::cli
