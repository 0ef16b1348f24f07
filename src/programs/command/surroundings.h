// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a command finds around it: streams, terminal, signals, chance and time. main.cpp gives the real ones; tests
// their own.

#include <functional>
#include <optional>
#include <ostream>
#include <string>

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
  /// The same for what may be seen.
  std::function<std::optional<std::string>(const std::string& question)> ask;
  Random& random;
  const Clock& clock;
};

}  // namespace rehome::cli
