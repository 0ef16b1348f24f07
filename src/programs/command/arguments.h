// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a command takes: declared here by the commands, parsed by CLI11, whose headers only this folder's arguments.cpp
// and program.cpp include (they cost ten seconds of compilation each).

#include <functional>
#include <string>
#include <vector>

#include "programs/command/command.h"

namespace CLI {
class App;
}

namespace rehome::cli {

/// The options of one command. A value named here must live until the command has run. `name` is "--key-file"; `value`
/// is what the help calls the value ("FILE").
class Arguments {
 public:
  Arguments(CLI::App& app, Context& context) : app_(app), context_(context) {}

  void flag(const char* name, bool& value, const char* help);
  void option(const char* name, const char* value, std::string& variable, const char* help);
  /// May be given several times, and with several values.
  void option(const char* name, const char* value, std::vector<std::string>& variable, const char* help);
  struct Range {
    int least = 0;
    int most = 0;
  };
  void option(const char* name, const char* value, int& variable, Range range, const char* help);
  /// Arguments that have to be there.
  void required(const char* name, std::string& variable, const char* help);
  void required(const char* name, std::vector<std::string>& variable, const char* help);

  /// What to run when the command line names this command.
  void run(const std::function<ExitCode(Context&)>& action);

 private:
  CLI::App& app_;
  Context& context_;
};

/// Reads `words` as the options that `declare` declares, for options that come in a text of their own and not on the
/// command line. Throws Error(invalid_argument) for any that is not declared.
void parse_options(const std::vector<std::string>& words, const std::function<void(Arguments&)>& declare,
                   Context& context);

}  // namespace rehome::cli
