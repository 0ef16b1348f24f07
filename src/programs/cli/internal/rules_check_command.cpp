// SPDX-License-Identifier: Apache-2.0
// `rehome rules check FILE…`: everything that is wrong with rule files, or that means nothing on this computer, with
// positions.
#include <algorithm>
#include <fmt/format.h>
#include <memory>
#include <tuple>

#include "base/core/quantities.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/rule_loading.h"
#include "programs/migration/users.h"

namespace rehome::cli {

namespace {

struct CheckOptions {
  std::vector<std::string> files;
  std::string root = "/";
};

/// Both sides of a migration find the same mistakes, and some of their own. What could lose data is said as a capture,
/// which is asked first, says it.
void add_new(const Diagnostics& found, Diagnostics& all) {
  for (const Diagnostic& each : found) {
    const auto is_same = [&](const Diagnostic& known) {
      return std::tie(known.file, known.line, known.column, known.message) ==
             std::tie(each.file, each.line, each.column, each.message);
    };
    if (std::ranges::none_of(all, is_same)) all.push_back(each);
  }
}

/// What is wrong with the files as such, and, where nothing is, what they mean on the computer with its users.
Diagnostics examine(const CheckOptions& options) {
  rules::ParsedRules parsed = rules::parse(load_rule_files(options.files));
  Diagnostics all = std::move(parsed.diagnostics);
  if (has_errors(all)) return all;
  const std::unique_ptr<Machine> machine = open_machine(options.root);
  std::vector<CapturedAccount> accounts;
  for (const Account& account : select_users(machine->accounts().list(), {})) {
    const auto number = static_cast<AccountNumber>(accounts.size() + 1);
    accounts.push_back({.number = number, .account = account, .canonical_home = account.home});
  }
  for (const rules::Side side : {rules::Side::capture, rules::Side::restore}) {
    add_new(rules::compile(*parsed.rules, *machine, accounts, side).diagnostics, all);
  }
  return all;
}

ExitCode check_rules(const CheckOptions& options, Context& context) {
  const Diagnostics diagnostics = examine(options);
  const ExitCode code = has_errors(diagnostics) ? ExitCode::rules : ExitCode::success;
  if (context.options.json) {
    print_json(Json::Object{{"diagnostics", to_json(diagnostics)}}, context);
    return code;
  }
  for (const Diagnostic& diagnostic : diagnostics) context.surroundings.out << to_text(diagnostic) << "\n";
  if (!context.options.quiet) {
    context.surroundings.out << fmt::format(
        "{} checked, {}\n", counted(options.files.size(), "file"),
        diagnostics.empty() ? "nothing found" : counted(diagnostics.size(), "finding"));
  }
  return code;
}

}  // namespace

void declare_rules_check(Arguments& arguments) {
  const auto options = std::make_shared<CheckOptions>();
  arguments.required("FILE", options->files, "Migration XML files");
  arguments.option("--root", "DIR", options->root,
                   "The computer on which they are to be understood; the running one without it");
  arguments.run([options](Context& context) { return check_rules(*options, context); });
}

}  // namespace rehome::cli
