// SPDX-License-Identifier: Apache-2.0
// `rehome estimate`: how much a capture would take, by user; nothing is written.
#include <fmt/format.h>
#include <memory>

#include "flow/scan/estimate.h"
#include "flow/scan/scan.h"
#include "programs/cli/internal/declarations.h"
#include "programs/command/arguments.h"
#include "programs/command/json_output.h"
#include "programs/command/reporter.h"
#include "programs/migration/findings.h"
#include "programs/migration/source.h"

namespace rehome::cli {

namespace {

std::string name_of_account(AccountNumber number, const std::map<AccountNumber, std::string>& names) {
  const auto found = names.find(number);
  return found == names.end() ? "(system)" : found->second;
}

ExitCode estimate(const SourceOptions& options, Context& context) {
  Source source = open_source(options, context);
  compile_rules(source, context, number_in_order());
  const scan::ScanJob job = scan_job(source);
  Progress progress;
  Reporter reporter(context, progress, "looking", source.names());
  FindingList findings;
  const scan::Estimate estimate = scan::estimate(job, findings, progress);
  reporter.finish();
  std::ostream& out = context.surroundings.out;
  if (context.options.json) {
    Json::List users;
    for (const auto& [number, part] : estimate.accounts) {
      users.push_back(Json::Object{
          {"user", name_of_account(number, source.names())}, {"objects", part.objects}, {"bytes", part.content_bytes}});
    }
    print_json(Json::Object{{"objects", estimate.total.objects},
                            {"bytes", estimate.total.content_bytes},
                            {"users", std::move(users)},
                            {"findings", to_json(findings)}},
               context);
    return ExitCode::success;
  }
  out << fmt::format("{:<20} {:>12} {:>12}\n", "USER", "OBJECTS", "CONTENT");
  for (const auto& [number, part] : estimate.accounts) {
    out << fmt::format("{:<20} {:>12} {:>12}\n", name_of_account(number, source.names()), part.objects,
                       human_bytes(part.content_bytes));
  }
  out << fmt::format("{:<20} {:>12} {:>12}\n", "all", estimate.total.objects,
                     human_bytes(estimate.total.content_bytes));
  return ExitCode::success;
}

}  // namespace

void declare_estimate(Arguments& arguments) {
  const auto options = std::make_shared<SourceOptions>();
  declare_source_options(arguments, *options);
  arguments.run([options](Context& context) { return estimate(*options, context); });
}

}  // namespace rehome::cli
