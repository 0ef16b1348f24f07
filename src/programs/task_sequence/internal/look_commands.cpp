// SPDX-License-Identifier: Apache-2.0
// `rehome sequence check|status|log`: what a sequence is, how far one is, what it said.
#include <memory>

#include "base/core/error.h"
#include "base/core/quantities.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/rule_loading.h"
#include "programs/task_sequence/internal/declarations.h"
#include "programs/task_sequence/protected_folder.h"
#include "programs/task_sequence/status.h"
#include "sequence/read.h"

namespace rehome::task_sequence {

namespace {

using cli::Context;
using cli::ExitCode;

constexpr std::size_t kLargestLog = std::size_t{64} << 20;

ExitCode check_file(const std::string& file, Context& context) {
  const std::string text = cli::read_host_file(file, cli::Trust::anyone, sequence::kLargestFile);
  const Diagnostics diagnostics = sequence::read_sequence(file, text).diagnostics;
  const ExitCode code = has_errors(diagnostics) ? ExitCode::rules : ExitCode::success;
  if (context.options.json) {
    cli::print_json(Json::Object{{"diagnostics", cli::to_json(diagnostics)}}, context);
    return code;
  }
  for (const Diagnostic& diagnostic : diagnostics) context.surroundings.out << to_text(diagnostic) << "\n";
  if (!context.options.quiet) {
    context.surroundings.out << (diagnostics.empty() ? "nothing found" : counted(diagnostics.size(), "finding"))
                             << "\n";
  }
  return code;
}

ExitCode status(const std::string& path, Context& context) {
  ProtectedFolder folder = ProtectedFolder::open(path);
  const std::optional<sequence::RunState> state = folder.load();
  if (!state) throw Error(ErrorCode::not_found, "no task sequence was begun in " + printable(folder.path()));
  if (context.options.json) {
    cli::print_json(status_json(*state), context);
  } else {
    print_status(*state, context.surroundings.out);
  }
  return ExitCode::success;
}

ExitCode log(const std::string& path, Context& context) {
  const ProtectedFolder folder = ProtectedFolder::open(path);
  context.surroundings.out << cli::read_host_file(folder.log(), cli::Trust::secret_file, kLargestLog);
  return ExitCode::success;
}

}  // namespace

void declare_check(cli::Arguments& arguments) {
  const auto file = std::make_shared<std::string>();
  arguments.required("FILE", *file, "The sequence");
  arguments.run([file](Context& context) { return check_file(*file, context); });
}

void declare_status(cli::Arguments& arguments) {
  const auto folder = std::make_shared<std::string>(default_folder());
  declare_folder(arguments, *folder);
  arguments.run([folder](Context& context) { return status(*folder, context); });
}

void declare_log(cli::Arguments& arguments) {
  const auto folder = std::make_shared<std::string>(default_folder());
  declare_folder(arguments, *folder);
  arguments.run([folder](Context& context) { return log(*folder, context); });
}

}  // namespace rehome::task_sequence
