// SPDX-License-Identifier: Apache-2.0
// `rehome estimate`: how much a capture would take, by user; nothing is written.
#include <fmt/format.h>
#include <memory>

#include "base/core/quantities.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/json_output.h"
#include "programs/migration/estimate.h"

namespace rehome::cli {

namespace {

std::string name_of_account(AccountNumber number, const std::map<AccountNumber, std::string>& names) {
  const auto found = names.find(number);
  return found == names.end() ? "(system)" : found->second;
}

Json to_json(const EstimateResult& result, FindingList& findings) {
  Json::List users;
  for (const auto& [number, part] : result.estimate.accounts) {
    users.push_back(Json::Object{
        {"user", name_of_account(number, result.names)}, {"objects", part.objects}, {"bytes", part.content_bytes}});
  }
  return Json::Object{{"objects", result.estimate.total.objects},
                      {"bytes", result.estimate.total.content_bytes},
                      {"users", std::move(users)},
                      {"findings", to_json(findings)}};
}

void print(const EstimateResult& result, std::ostream& out) {
  out << fmt::format("{:<20} {:>12} {:>12}\n", "USER", "OBJECTS", "CONTENT");
  for (const auto& [number, part] : result.estimate.accounts) {
    out << fmt::format("{:<20} {:>12} {:>12}\n", name_of_account(number, result.names), part.objects,
                       human_bytes(part.content_bytes));
  }
  out << fmt::format("{:<20} {:>12} {:>12}\n", "all", result.estimate.total.objects,
                     human_bytes(result.estimate.total.content_bytes));
}

ExitCode show_estimate(const SourceOptions& options, Context& context) {
  FindingList findings;
  const EstimateResult result = estimate(options, findings, context);
  if (context.options.json) {
    print_json(to_json(result, findings), context);
  } else {
    print(result, context.surroundings.out);
    print_findings(findings, context);
  }
  const FindingCounts counts = findings.counts();
  return counts.errors + counts.losses > 0 ? ExitCode::done_with_losses : ExitCode::success;
}

}  // namespace

void declare_estimate(Arguments& arguments) {
  const auto options = std::make_shared<SourceOptions>();
  declare_source_options(arguments, *options);
  arguments.run([options](Context& context) { return show_estimate(*options, context); });
}

}  // namespace rehome::cli
