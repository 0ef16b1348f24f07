// SPDX-License-Identifier: Apache-2.0
#pragma once
// The `rehome` program without its process: tables of commands, arguments and surroundings in, an exit code out. Called
// by main.cpp, and by tests in their own process.

#include <span>
#include <string>
#include <vector>

#include "programs/command/command.h"
#include "programs/command/surroundings.h"

namespace rehome::cli {

/// `arguments` without the program's own name. Never throws: every failure is a sentence on `err` and a code of
/// exit_code.h.
int run(std::span<const CommandTable> tables, const std::vector<std::string>& arguments, Surroundings& surroundings);

}  // namespace rehome::cli
