// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/rule_loading.h"

#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"

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

rules::ParsedRules parse_rules(const std::vector<rules::RuleFile>& files, Context& context) {
  rules::ParsedRules parsed = rules::parse(files);
  print_and_check(parsed.diagnostics, context);
  return parsed;
}

rules::ParsedRules load_rules(const std::vector<std::string>& paths, Context& context) {
  return parse_rules(load_rule_files(paths), context);
}

void print_diagnostics(const Diagnostics& diagnostics, Context& context) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (context.options.quiet && diagnostic.severity != Severity::error) continue;
    context.surroundings.err << to_text(diagnostic) << "\n";
  }
}

void print_and_check(const Diagnostics& diagnostics, Context& context) {
  print_diagnostics(diagnostics, context);
  if (!has_errors(diagnostics)) return;
  if (context.options.json) {
    print_json(Json::Object{{"error", "rules"},
                            {"message", "the rules are wrong, or would drop data: see the diagnostics"},
                            {"exit_code", static_cast<int>(ExitCode::rules)},
                            {"diagnostics", to_json(diagnostics)}},
               context);
  }
  throw Reported{ExitCode::rules};
}

Json to_json(const Diagnostics& diagnostics) {
  Json::List list;
  for (const Diagnostic& diagnostic : diagnostics) {
    list.push_back(Json::Object{{"severity", name_of(diagnostic.severity)},
                                {"file", printable(diagnostic.file)},
                                {"line", diagnostic.line},
                                {"column", diagnostic.column},
                                {"message", printable(diagnostic.message)}});
  }
  return list;
}

}  // namespace rehome::cli
