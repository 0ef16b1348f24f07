// SPDX-License-Identifier: Apache-2.0
// `rehome sequence run|resume`: a sequence from its first step, or from where it is.
#include <fmt/format.h>
#include <memory>

#include "base/boot/other_root.h"
#include "base/codec/json_fields.h"
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
#include "sequence/read.h"
#include "sequence/variables.h"

namespace rehome::task_sequence {

namespace {

using cli::Context;
using cli::ExitCode;
using sequence::Phase;
using sequence::RunEnd;
using sequence::RunState;

constexpr std::size_t kLargestSequence = std::size_t{1} << 20;
constexpr std::size_t kLongestValue = 64 * 1024;

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

void take_assignment(sequence::Values& values, const std::string& text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string::npos || sign == 0) {
    throw Error(ErrorCode::invalid_argument, "--set wants NAME=VALUE, not " + printable(text));
  }
  const std::string name = text.substr(0, sign);
  const sequence::KnownVariable* known = sequence::find_known_variable(name);
  if (known != nullptr && known->is_secret) {
    throw Error(ErrorCode::refused,
                name + " is a secret, and everybody can read command lines: give it in a file, with --variables");
  }
  sequence::set_value(values, name, text.substr(sign + 1));
}

sequence::Values given_values(const RunLine& line) {
  sequence::Values values;
  if (!line.variables_file.empty()) {
    const Secret content = cli::read_secret_file(line.variables_file);
    const Json json = parse_json(as_text(content.view()), printable(line.variables_file));
    JsonFields fields(json, "variables");
    for (const JsonMember& member : *json.object()) {
      sequence::set_value(values, member.name, fields.text(member.name, kLongestValue));
    }
  }
  for (const std::string& text : line.assignments) take_assignment(values, text);
  for (const auto& [name, value] : values) {
    const sequence::KnownVariable* known = sequence::find_known_variable(name);
    if (known != nullptr && known->use == sequence::VariableUse::engine) {
      throw Error(ErrorCode::invalid_argument, name + " is set by this program alone");
    }
  }
  return values;
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

ExitCode begin(const RunLine& line, Context& context) {
  const std::string text = cli::read_host_file(line.file, cli::Trust::rule_file, kLargestSequence);
  const sequence::Sequence sequence = read_checked(line.file, text, context);
  RunState state = sequence::begin_run(sequence, text, given_values(line));
  ProtectedFolder folder = ProtectedFolder::open_or_make(line.folder);
  const std::unique_ptr<FolderLock> lock = folder.lock();
  const std::optional<RunState> before = folder.load();
  if (before && before->phase != Phase::ended && !line.discard) {
    throw Error(
        ErrorCode::refused,
        fmt::format("a sequence was begun in {} and has not ended: go on with `rehome sequence resume`, or give "
                    "it up with --discard",
                    printable(folder.path())));
  }
  folder.save(state);
  return go_on(sequence, state, folder, context);
}

ExitCode resume(const std::string& path, Context& context) {
  ProtectedFolder folder = ProtectedFolder::open(path);
  const std::unique_ptr<FolderLock> lock = folder.lock();
  std::optional<RunState> state = folder.load();
  if (!state) throw Error(ErrorCode::not_found, "no task sequence was begun in " + printable(folder.path()));
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
