// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/rule_loading.h"

#include "programs/command/host.h"

namespace rehome::cli {

namespace {
constexpr std::size_t kLargestRuleFile = 64 * 1024 * 1024;
}

std::vector<rules::RuleFile> load_rule_files(const std::vector<std::string>& paths) {
  std::vector<rules::RuleFile> files;
  for (const std::string& path : paths) {
    files.push_back({.name = path, .text = read_host_file(path, Trust::rule_file, kLargestRuleFile)});
  }
  if (files.empty()) files.push_back({.name = kBuiltInRulesName, .text = std::string(built_in_rules())});
  return files;
}

rules::ParsedRules load_rules(const std::vector<std::string>& paths, Context& context) {
  rules::ParsedRules parsed = rules::parse(load_rule_files(paths));
  print_and_check(parsed.diagnostics, context);
  return parsed;
}

void print_diagnostics(const Diagnostics& diagnostics, Context& context) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (context.options.quiet && diagnostic.severity != Severity::error) continue;
    context.surroundings.err << to_text(diagnostic) << "\n";
  }
}

void print_and_check(const Diagnostics& diagnostics, Context& context) {
  print_diagnostics(diagnostics, context);
  if (has_errors(diagnostics)) throw Reported{ExitCode::rules};
}

}  // namespace rehome::cli
