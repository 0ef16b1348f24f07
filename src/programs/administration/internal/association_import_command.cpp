// SPDX-License-Identifier: Apache-2.0
// `rehome association import FILE.csv`: many at once, all or nothing (C-A13).
#include <fmt/format.h>
#include <memory>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/administration/internal/declarations.h"
#include "programs/administration/internal/show.h"
#include "programs/administration/internal/site.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"

namespace rehome::administration {

namespace {

constexpr std::size_t kLargestFile = std::size_t{8} << 20;  // as the site takes it
constexpr std::size_t kMostLines = 10'000;
constexpr std::size_t kLongestMessage = 4096;
constexpr int kHasBadLines = 422;

struct CommandLine {
  cli::SiteLogin login;
  std::string file;
  bool dry_run = false;
};

Json import(const CommandLine& line, cli::Context& context) {
  site_client::SiteCall call{.path = "/api/v1/associations/import",
                             .csv = cli::read_host_file(line.file, cli::Trust::anyone, kLargestFile),
                             .expected = {kHasBadLines}};
  if (line.dry_run) call.query = {{"dry_run", "true"}};
  return Site(line.login, context).ask(call);
}

void print(const CommandLine& line, JsonFields& report, cli::Context& context) {
  const std::size_t made = report.list("associations", kMostLines).size();
  const std::vector<JsonFields> bad_lines = report.objects("bad_lines", kMostLines);
  for (JsonFields bad : bad_lines) {
    context.surroundings.err << fmt::format("{}:{}: {}\n", printable(line.file), bad.integer("line", 0, INT64_MAX),
                                            printable(bad.text("message", kLongestMessage)));
  }
  if (!bad_lines.empty()) {
    context.surroundings.err << "nothing was imported\n";
  } else if (!context.options.quiet) {
    context.surroundings.out << fmt::format("{} associations {}\n", made, line.dry_run ? "would be made" : "made");
  }
}

cli::ExitCode run(const CommandLine& line, cli::Context& context) {
  const Json answer = import(line, context);
  JsonFields report(answer, "report");
  if (context.options.json) {
    cli::print_json(answer, context);
  } else {
    print(line, report, context);
  }
  return report.list("bad_lines", kMostLines).empty() ? cli::ExitCode::success : cli::ExitCode::usage;
}

}  // namespace

void declare_association_import(cli::Arguments& arguments) {
  const auto line = std::make_shared<CommandLine>();
  arguments.required("FILE", line->file,
                     "CSV whose first line is source,destination,behaviour,accounts; accounts are separated by ;");
  arguments.flag("--dry-run", line->dry_run, "Say what is wrong with it; make nothing");
  cli::declare_site(arguments, line->login);
  arguments.run([line](cli::Context& context) { return run(*line, context); });
}

}  // namespace rehome::administration
