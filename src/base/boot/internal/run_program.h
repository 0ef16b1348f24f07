// SPDX-License-Identifier: Apache-2.0
#pragma once
// Programs of the system, started without a shell. Any thread.

#include <string>
#include <sys/types.h>
#include <vector>

namespace rehome::boot {

/// The first word is its absolute path. `output` becomes its standard output and error. Throws Error.
pid_t start_program(const std::vector<std::string>& words, int output);
/// As shells say it: 128 and the signal for one that was killed.
int exit_code_of(int wait_status);

struct ProgramEnd {
  int code = 0;
  std::string output = {};  // both streams
};
ProgramEnd run_program(const std::vector<std::string>& words);

/// The first of these that is there; empty where none is.
std::string find_program(const std::vector<std::string>& paths);

}  // namespace rehome::boot
