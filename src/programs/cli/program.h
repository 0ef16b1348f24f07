// SPDX-License-Identifier: Apache-2.0
#pragma once
// The `rehome` program without its process: arguments and surroundings in, an exit code out. main.cpp gives it the real
// ones; tests run it in process with their own.

#include <functional>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "base/codec/secret.h"
#include "base/core/clock.h"
#include "base/core/random.h"

namespace rehome::cli {

struct Surroundings {
  std::ostream& out;  // results
  std::ostream& err;  // progress, diagnostics, errors
  bool err_is_terminal = false;
  int terminal_columns = 80;
  std::function<bool()> interrupted;  // true once the user asked to stop
  /// Asks on the terminal without showing what is typed; nullopt where there is no terminal.
  std::function<std::optional<Secret>(const std::string& question)> ask_secret;
  Random& random;
  const Clock& clock;
};

/// `arguments` without the program's own name. Never throws: every failure is a sentence on `err` and a code of
/// exit_code.h.
int run(const std::vector<std::string>& arguments, Surroundings& surroundings);

}  // namespace rehome::cli
