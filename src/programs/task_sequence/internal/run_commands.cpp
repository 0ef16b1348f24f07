// SPDX-License-Identifier: Apache-2.0
// `rehome sequence run|resume`: a sequence from its first step, or from where it is.
#include <fmt/format.h>
#include <memory>

#include "base/boot/other_root.h"
#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/host.h"
#include "programs/command/json_output.h"
#include "programs/migration/rule_loading.h"
#include "programs/task_sequence/actions.h"
#include "programs/task_sequence/computer.h"
#include "programs/task_sequence/handover.h"
#include "programs/task_sequence/internal/declarations.h"
#include "programs/task_sequence/journal.h"
#include "programs/task_sequence/status.h"
#include "sequence/given_values.h"
#include "sequence/read.h"

namespace rehome::task_sequence {

namespace {

using cli::Context;
using cli::ExitCode;
using sequence::Phase;
using sequence::RunEnd;
using sequence::RunState;

struct RunLine {
  std::string folder = default_folder();
  std::string file, variables_file;
  std::vector<std::string> assignments;
  bool discard = false;
};

/// Throws Reported where it has mistakes, which then stand on stderr.
sequence::Sequence read_checked(const std::string& file, const std::string& text, Context& context) {
  sequence::ReadSequence read = sequence::read_sequence(file, text);
  cli::print_diagnostics(read.diagnostics, context);
  if (!has_errors(read.diagnostics)) return std::move(read.sequence);
  if (context.options.json) {
    cli::print_json(Json::Object{{"error", "sequence"},
                                 {"message", "the sequence cannot be run: see the diagnostics"},
                                 {"exit_code", static_cast<int>(ExitCode::rules)},
                                 {"diagnostics", cli::to_json(read.diagnostics)}},
                    context);
  }
  throw cli::Reported{ExitCode::rules};
}

sequence::Values read_given_values(const RunLine& line) {
  Secret file;
  if (!line.variables_file.empty()) file = cli::read_secret_file(line.variables_file);
  return sequence::given_values(as_text(file.view()), printable(line.variables_file), line.assignments);
}

ExitCode exit_code_of(RunEnd end) {
  switch (end) {
    case RunEnd::succeeded:
      return ExitCode::success;
    case RunEnd::failed:
      return ExitCode::step_failed;
    case RunEnd::stopped:
      return ExitCode::cancelled;
    case RunEnd::waiting:
      // Its init restarts the computer once this program has ended well.
      return boot::is_in_other_root() ? ExitCode::success : ExitCode::restarting;
  }
  return ExitCode::bug;
}

/// The installed system has its agent's folder back, and nothing starts with it any more.
void clean_up(ProtectedFolder& folder) {
  if (boot::is_in_other_root()) return;
  settle_agent_folder(folder);
  stop_carrying_on("/");
}

ExitCode go_on(const sequence::Sequence& sequence, RunState& state, ProtectedFolder& folder, Context& context) {
  Computer computer(folder, context);
  FolderJournal journal(folder, context);
  Actions actions(sequence, folder, journal, context);
  const RunEnd end = sequence::run(sequence, state, {.actions = actions, .host = computer, .journal = journal});
  if (state.phase == Phase::ended) clean_up(folder);
  if (context.options.json) {
    cli::print_json(status_json(state), context);
  } else if (!context.options.quiet) {
    print_status(state, context.surroundings.out);
  }
  return exit_code_of(end);
}

void refuse_unfinished(ProtectedFolder& folder) {
  const std::optional<RunState> before = folder.load();
  if (!before || before->phase == Phase::ended) return;
  throw Error(
      ErrorCode::refused,
      fmt::format("a sequence was begun in {} and has not ended: go on with `rehome sequence resume`, or give it "
                  "up with --discard",
                  printable(folder.path())));
}

ExitCode begin(const RunLine& line, Context& context) {
  const std::string text = cli::read_host_file(line.file, cli::Trust::rule_file, sequence::kLargestFile);
  const sequence::Sequence sequence = read_checked(line.file, text, context);
  RunState state = sequence::begin_run(sequence, text, read_given_values(line));
  ProtectedFolder folder = ProtectedFolder::open_or_make(line.folder);
  const std::unique_ptr<FolderLock> lock = folder.lock();
  if (!line.discard) refuse_unfinished(folder);
  folder.save(state);
  return go_on(sequence, state, folder, context);
}

/// Somebody started one for help, with the computer's volume elsewhere. From there the way into the other root is open;
/// what belongs into the installed system would change the live one.
void refuse_live_system(const RunState& state, const ProtectedFolder& folder) {
  if (boot::is_in_other_root() || state.phase == Phase::entering || state.is_in_other_root) return;
  const std::string left_in = sequence::find_value(state.values, "_RehomeFolder").value_or(folder.path());
  const std::string installed =
      installed_path(left_in, sequence::find_value(state.values, "_SMSTSInWinPE").value_or("") == "true");
  if (installed == folder.path()) return;
  throw Error(ErrorCode::refused, fmt::format("the sequence goes on in the installed system, in which {} is {}: start "
                                              "that system",
                                              printable(folder.path()), printable(installed)));
}

ExitCode resume(const std::string& path, Context& context) {
  ProtectedFolder folder = ProtectedFolder::open(path);
  const std::unique_ptr<FolderLock> lock = folder.lock();
  std::optional<RunState> state = folder.load();
  if (!state) throw Error(ErrorCode::not_found, "no task sequence was begun in " + printable(folder.path()));
  refuse_live_system(*state, folder);
  const sequence::Sequence sequence = read_checked(state->file, state->text, context);
  return go_on(sequence, *state, folder, context);
}

}  // namespace

void declare_folder(cli::Arguments& arguments, std::string& folder) {
  arguments.option("--folder", "DIR", folder, "Where the sequence keeps what it needs: root's alone");
}

void declare_run(cli::Arguments& arguments) {
  const auto line = std::make_shared<RunLine>();
  declare_folder(arguments, line->folder);
  arguments.option("--set", "NAME=VALUE", line->assignments, "A variable; it counts more than the file's");
  arguments.option("--variables", "FILE", line->variables_file,
                   "Variables as a JSON object (mode 0600, it may hold secrets)");
  arguments.flag("--discard", line->discard, "Give up a sequence that was begun before and has not ended");
  arguments.required("FILE", line->file, "The sequence");
  arguments.run([line](Context& context) { return begin(*line, context); });
}

void declare_resume(cli::Arguments& arguments) {
  const auto folder = std::make_shared<std::string>(default_folder());
  declare_folder(arguments, *folder);
  arguments.run([folder](Context& context) { return resume(*folder, context); });
}

}  // namespace rehome::task_sequence
