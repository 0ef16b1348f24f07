// SPDX-License-Identifier: Apache-2.0
#include "programs/command/arguments.h"

#include <CLI/CLI.hpp>

#include "base/core/error.h"

namespace rehome::cli {

void Arguments::flag(const char* name, bool& value, const char* help) { app_.add_flag(name, value, help); }

void Arguments::option(const char* name, const char* value, std::string& variable, const char* help) {
  CLI::Option* option = app_.add_option(name, variable, help)->type_name(value);
  if (!variable.empty()) option->capture_default_str();
}

void Arguments::option(const char* name, const char* value, std::vector<std::string>& variable, const char* help) {
  app_.add_option(name, variable, help)->type_name(value);
}

void Arguments::option(const char* name, const char* value, int& variable, Range range, const char* help) {
  app_.add_option(name, variable, help)
      ->type_name(value)
      ->check(CLI::Range(range.least, range.most))
      ->capture_default_str();
}

void Arguments::required(const char* name, std::string& variable, const char* help) {
  app_.add_option(name, variable, help)->required();
}

void Arguments::required(const char* name, std::vector<std::string>& variable, const char* help) {
  app_.add_option(name, variable, help)->required();
}

void Arguments::run(const std::function<ExitCode(Context&)>& action) {
  app_.callback([&context = context_, action] { context.action = [&context, action] { return action(context); }; });
}

void parse_options(const std::vector<std::string>& words, const std::function<void(Arguments&)>& declare,
                   Context& context) {
  CLI::App app("additional options");
  app.set_help_flag();
  Arguments arguments(app, context);
  declare(arguments);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 takes them last first
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::invalid_argument, std::string("in the additional options: ") + error.what());
  }
}

}  // namespace rehome::cli
