// SPDX-License-Identifier: Apache-2.0
#include "programs/command/program.h"

#include <algorithm>
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/core/check.h"
#include "model/outcome.h"
#include "programs/command/arguments.h"
#include "programs/command/command.h"
#include "programs/command/json_output.h"

namespace rehome::cli {

namespace {

std::string exit_code_footer() {
  std::string text = "Exit codes:\n";
  for (const ExitCodeText& row : exit_codes()) {
    text += fmt::format("  {:>2}  {}\n", static_cast<int>(row.code), row.meaning);
  }
  return text;
}

/// The group of that name, "store" or "site smp", below the groups that its name begins with.
CLI::App& group_of(CLI::App& program, const CommandTable& table, const std::string& name) {
  if (name.empty()) return program;
  const std::size_t blank = name.rfind(' ');
  const std::string last = name.substr(blank + 1);  // npos + 1 is 0
  CLI::App& parent = group_of(program, table, blank == std::string::npos ? "" : name.substr(0, blank));
  for (CLI::App* known : parent.get_subcommands(nullptr)) {
    if (known->get_name() == last) return *known;
  }
  const auto group = std::ranges::find(table.groups, name, &CommandGroup::name);
  check(group != table.groups.end(), "every group of commands has a summary");
  return *parent.add_subcommand(last, group->summary)->require_subcommand(1);
}

void declare_commands(CLI::App& program, const CommandTable& table, Context& context) {
  for (const Command& command : table.commands) {
    const std::string name = command.name;
    const std::size_t blank = name.rfind(' ');
    CLI::App& parent = group_of(program, table, blank == std::string::npos ? "" : name.substr(0, blank));
    CLI::App& app = *parent.add_subcommand(name.substr(blank + 1), command.summary);
    app.add_flag("--json", context.options.json, "Print the result as one JSON document");
    app.add_flag("--quiet,-q", context.options.quiet, "Print errors and losses only");
    app.footer("Exit codes are listed by: rehome --help");
    Arguments arguments(app, context);
    command.declare(arguments);
  }
}

ExitCode report(const Error& error, Context& context) {
  const ExitCode code = exit_code_of(error.code());
  if (context.options.json) {
    print_json(Json::Object{{"error", name_of(error.code())},
                            {"message", printable(error.what())},
                            {"exit_code", static_cast<int>(code)}},
               context);
  }
  context.surroundings.err << "rehome: " << printable(error.what()) << "\n";
  return code;
}

ExitCode parse_and_run(CLI::App& program, Context& context, std::vector<std::string> arguments) {
  try {
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them last first
    program.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      program.exit(error, context.surroundings.out, context.surroundings.err);
      return ExitCode::success;
    }
    // CLI11 says that a command is missing where there is one that it does not know.
    const std::vector<std::string> unknown = program.remaining(true);
    std::string message = unknown.empty() ? error.what() : "there is no command or option " + unknown.front();
    if (unknown.empty() && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
      message += "; an option that takes a list takes every word after it: write -- behind the list";
    }
    throw Error(ErrorCode::invalid_argument,
                message + "; `rehome --help` and `rehome COMMAND --help` say what there is");
  }
  return context.action();
}

/// Whoever reads the results must not take half of them for all.
ExitCode checked_output(ExitCode code, Surroundings& surroundings) {
  surroundings.out.flush();
  if (surroundings.out) return code;
  surroundings.err
      << "rehome: the results could not be written to the standard output; the work itself ended with code "
      << static_cast<int>(code) << "\n";
  return code == ExitCode::success ? ExitCode::io : code;
}

}  // namespace

int run(std::span<const CommandTable> tables, const std::vector<std::string>& arguments, Surroundings& surroundings) {
  Context context{.surroundings = surroundings, .options = {}, .action = nullptr};
  ExitCode code = ExitCode::bug;
  try {
    CLI::App program("Moves users' accounts, files and settings from one computer to another.", "rehome");
    program.set_version_flag("--version", std::string("rehome ") + REHOME_VERSION);
    program.require_subcommand(1);
    program.footer(exit_code_footer());
    for (const CommandTable& table : tables) declare_commands(program, table, context);
    code = parse_and_run(program, context, arguments);
  } catch (const Error& error) {
    code = report(error, context);
  } catch (const Reported& reported) {
    code = reported.code;
  } catch (const std::exception& error) {
    surroundings.err << "rehome: this is a bug in rehome: " << printable(error.what()) << "\n";
  }
  return static_cast<int>(checked_output(code, surroundings));
}

}  // namespace rehome::cli
