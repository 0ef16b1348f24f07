// SPDX-License-Identifier: Apache-2.0
// `rehome rules check FILE…`: everything that is wrong with rule files, with positions.
#include <fmt/format.h>
#include <memory>

#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/json_output.h"
#include "programs/migration/rule_loading.h"

namespace rehome::cli {

namespace {

ExitCode check_rules(const std::vector<std::string>& files, Context& context) {
  const rules::ParsedRules parsed = rules::parse(load_rule_files(files));
  const ExitCode code = has_errors(parsed.diagnostics) ? ExitCode::rules : ExitCode::success;
  if (context.options.json) {
    print_json(Json::Object{{"diagnostics", to_json(parsed.diagnostics)}}, context);
    return code;
  }
  for (const Diagnostic& diagnostic : parsed.diagnostics) context.surroundings.out << to_text(diagnostic) << "\n";
  if (!context.options.quiet) {
    context.surroundings.out << fmt::format(
        "{} checked, {} to say\n", files.size() == 1 ? "1 file" : fmt::format("{} files", files.size()),
        parsed.diagnostics.empty() ? "nothing" : std::to_string(parsed.diagnostics.size()));
  }
  return code;
}

}  // namespace

void declare_rules_check(Arguments& arguments) {
  const auto files = std::make_shared<std::vector<std::string>>();
  arguments.required("FILE", *files, "Migration XML files");
  arguments.run([files](Context& context) { return check_rules(*files, context); });
}

}  // namespace rehome::cli
