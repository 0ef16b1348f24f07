// SPDX-License-Identifier: Apache-2.0
// `rehome explain PATH`: why a path is captured or not.
#include <fmt/format.h>
#include <memory>
#include <optional>

#include "base/core/error.h"
#include "flow/scan/left_out.h"
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

/// nullopt where nothing is there.
std::optional<NodeKind> kind_at(FileTree& files, const MachinePath& folder, const std::string& name) {
  try {
    return name.empty() ? NodeKind::folder : files.open(folder)->inspect(name).kind;
  } catch (const Error&) {
    return std::nullopt;
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

/// Everything that decides about one path.
struct Verdict {
  MachinePath path;  // without links in it
  Explanation rules;
  std::optional<std::string> left_out;  // why, although the rules take it
  bool is_there = true;
  bool as_folder = false;
  bool depends_on_kind = false;   // nothing is there, and of files and folders only one would be captured
  bool made_for_content = false;  // a folder that is not taken itself, but with what lies in it
  bool captured() const { return rules.decision.included && !left_out; }
};

/// Whether a scan records this folder as soon as it takes something below: the folders of users bring theirs along.
bool comes_with_content(const Source& source, const MachinePath& folder) {
  const Plan& plan = *source.compiled.plan;
  return source.locations->locate(folder).account != kSystemAccount && plan.reaches_inside(state_at(plan, folder));
}

Verdict judge(const Source& source, const ExplainOptions& options) {
  FileTree& files = source.machine->files();
  if (options.source.root != "/" && !options.path.starts_with('/')) {
    throw Error(ErrorCode::invalid_argument,
                printable(options.path) + " is no absolute path of the computer that --root names");
  }
  const MachinePath asked = absolute_path(options.path);
  const std::size_t slash = asked.rfind('/');
  const MachinePath folder = files.canonical(slash == 0 ? "/" : asked.substr(0, slash));
  Verdict verdict;
  verdict.path = asked == "/" ? asked : (folder == "/" ? "" : folder) + asked.substr(slash);
  const std::optional<NodeKind> kind = kind_at(files, folder, asked.substr(slash + 1));
  verdict.is_there = kind.has_value();
  // Rules are written before files are: what does not exist is judged as what it is called.
  verdict.as_folder = kind ? kind == NodeKind::folder : options.path.ends_with('/');
  const Plan& plan = *source.compiled.plan;
  verdict.rules = plan.explain(verdict.path, verdict.as_folder);
  verdict.depends_on_kind =
      !kind && plan.explain(verdict.path, !verdict.as_folder).decision.included != verdict.rules.decision.included;
  const bool may_come_along = kind == NodeKind::folder && comes_with_content(source, verdict.path);
  if (verdict.rules.decision.included || may_come_along) {
    verdict.left_out = scan::reason_left_out(scan_job(source), verdict.path);
  }
  verdict.made_for_content = may_come_along && !verdict.rules.decision.included && !verdict.left_out;
  return verdict;
}

std::string to_text(const Verdict& verdict) {
  const std::string_view no = verdict.captured() ? "" : "not ";
  if (verdict.depends_on_kind) {
    const std::string_view asked = verdict.as_folder ? "folder" : "file";
    const std::string_view other = verdict.as_folder ? "file" : "folder (end the path with /)";
    return fmt::format("nothing is there; a {} would {}be captured, a {} would {}", asked, no, other,
                       verdict.captured() ? "not" : "be");
  }
  if (!verdict.is_there) return fmt::format("nothing is there; it would {}be captured", no);
  if (verdict.made_for_content) return "not captured itself; it comes along where something that lies below it is";
  return fmt::format("{}captured", no);
}

void print(const Verdict& verdict, const Plan& plan, std::ostream& out) {
  out << fmt::format("{}: {}\n", printable(verdict.path), to_text(verdict));
  if (verdict.left_out) {
    out << "  " << printable(*verdict.left_out)
        << (verdict.rules.decision.included ? "; else the rules would take it:\n" : "\n");
  }
  for (const auto& line : verdict.rules.lines) out << one_line(plan.rule(line.rule), line.wins);
  if (verdict.rules.lines.empty()) out << "  no rule mentions it\n";
}

Json to_json(const Verdict& verdict, const Plan& plan) {
  Json::List lines;
  for (const auto& line : verdict.rules.lines) lines.push_back(to_json(plan.rule(line.rule), line.wins));
  return Json::Object{{"path", printable(verdict.path)},
                      {"captured", verdict.captured()},
                      {"comes_along", verdict.made_for_content},
                      {"exists", verdict.is_there},
                      {"judged_as", verdict.as_folder ? "folder" : "file"},
                      {"left_out", verdict.left_out ? Json(printable(*verdict.left_out)) : Json()},
                      {"rules", std::move(lines)}};
}

ExitCode explain(const ExplainOptions& options, Context& context) {
  Source source = open_source(options.source, context);
  compile_rules(source, context, number_in_order());
  const Verdict verdict = judge(source, options);
  if (context.options.json) {
    print_json(to_json(verdict, *source.compiled.plan), context);
  } else {
    print(verdict, *source.compiled.plan, context.surroundings.out);
  }
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
