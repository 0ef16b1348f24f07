// SPDX-License-Identifier: Apache-2.0
// `rehome explain PATH`: why a path is captured or not.
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/source.h"

namespace rehome::cli {

namespace {

struct ExplainOptions {
  SourceOptions source;
  std::string path;
};

std::string_view name_of(RuleInfo::Effect effect) {
  switch (effect) {
    case RuleInfo::Effect::include:
      return "include";
    case RuleInfo::Effect::exclude:
      return "exclude";
    case RuleInfo::Effect::unconditional_exclude:
      return "unconditionalExclude";
    case RuleInfo::Effect::merge:
      return "merge";
  }
  return "include";
}

/// A path that does not exist is judged as a file: rules are written before files are.
bool is_folder(FileTree& files, const MachinePath& path) {
  try {
    files.open(path);
    return true;
  } catch (const Error&) {
    return false;
  }
}

std::string one_line(const RuleInfo& rule, bool wins) {
  return fmt::format("  {} {}:{}  {:<8} {}   component \"{}\"{}\n", wins ? "=>" : "  ", printable(rule.file), rule.line,
                     name_of(rule.effect), printable(rule.expanded), printable(rule.component),
                     rule.account.empty() ? "" : ", user " + printable(rule.account));
}

Json to_json(const RuleInfo& rule, bool wins) {
  return Json::Object{{"file", printable(rule.file)},       {"line", rule.line},
                      {"effect", name_of(rule.effect)},     {"component", printable(rule.component)},
                      {"pattern", printable(rule.pattern)}, {"expanded", printable(rule.expanded)},
                      {"user", printable(rule.account)},    {"wins", wins}};
}

ExitCode explain(const ExplainOptions& options, Context& context) {
  const Source source = open_source(options.source, context, number_in_order());
  const MachinePath path = absolute_path(options.path);
  const Plan& plan = *source.compiled.plan;
  const Explanation explanation = plan.explain(path, is_folder(source.machine->files(), path));
  std::ostream& out = context.surroundings.out;
  if (context.options.json) {
    Json::List lines;
    for (const auto& line : explanation.lines) lines.push_back(to_json(plan.rule(line.rule), line.wins));
    print_json(
        Json::Object{
            {"path", printable(path)}, {"captured", explanation.decision.included}, {"rules", std::move(lines)}},
        context);
    return ExitCode::success;
  }
  out << fmt::format("{}: {}\n", printable(path), explanation.decision.included ? "captured" : "not captured");
  for (const auto& line : explanation.lines) out << one_line(plan.rule(line.rule), line.wins);
  if (explanation.lines.empty()) out << "  no rule mentions it\n";
  return ExitCode::success;
}

}  // namespace

void declare_explain(Arguments& arguments) {
  const auto options = std::make_shared<ExplainOptions>();
  arguments.required("PATH", options->path, "A path on the computer");
  declare_source_options(arguments, options->source);
  arguments.run([options](Context& context) { return explain(*options, context); });
}

}  // namespace rehome::cli
