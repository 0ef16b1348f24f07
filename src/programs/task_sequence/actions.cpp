// SPDX-License-Identifier: Apache-2.0
#include "programs/task_sequence/actions.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <iterator>

#include "base/boot/kernel_folders.h"
#include "base/boot/program_copy.h"
#include "base/core/check.h"
#include "base/core/error.h"
#include "base/core/platform/child_process.h"
#include "model/outcome.h"
#include "programs/command/exit_code.h"
#include "programs/task_sequence/handover.h"
#include "sequence/expand.h"
#include "sequence/variables.h"

namespace rehome::task_sequence {

using sequence::StepEnd;
using sequence::VariableUse;

namespace {

using std::chrono::steady_clock;

constexpr const char* kProof = "wipe-proof.json";
constexpr std::size_t kLongestLine = 2000;
constexpr int kEndedCode = -1;  // by the time limit
constexpr std::string_view kOwnName = "rehome: ";

bool is_success(int code) {
  return code == static_cast<int>(cli::ExitCode::success) || code == static_cast<int>(cli::ExitCode::done_with_losses);
}

/// Gives lines as they are complete, and remembers the last.
class Lines {
 public:
  explicit Lines(sequence::Journal& journal) : journal_(journal) {}

  void take(std::string_view said) {
    for (const char byte : said) {
      if (byte == '\n' || line_.size() >= kLongestLine) finish();
      if (byte != '\n') line_ += byte;
    }
  }
  void finish() {
    if (line_.empty()) return;
    last_ = printable(line_);
    journal_.say("  " + last_);
    line_.clear();
  }
  /// "" where nothing was said.
  std::string last() const { return last_.starts_with(kOwnName) ? last_.substr(kOwnName.size()) : last_; }

 private:
  sequence::Journal& journal_;
  std::string line_, last_;
};

/// What a step of user state is told. There only as long as the step runs, for it may hold secrets.
class StepVariablesFile {
 public:
  StepVariablesFile(ProtectedFolder& folder, const sequence::Values& values) : folder_(folder) {
    Json::Object variables;
    for (const auto& [name, value] : values) {
      const sequence::KnownVariable* known = sequence::find_known_variable(name);
      const bool is_read =
          known != nullptr && (known->use == VariableUse::step || known->use == VariableUse::no_effect);
      if (is_read) variables.push_back({std::string(known->name), value});
    }
    folder_.write(kStepVariables, to_text(Json(std::move(variables))));
  }
  ~StepVariablesFile() {
    try {
      folder_.remove(kStepVariables);
    } catch (const Error&) {  // the folder is for root alone all the same
    }
  }
  StepVariablesFile(const StepVariablesFile&) = delete;
  StepVariablesFile& operator=(const StepVariablesFile&) = delete;

 private:
  ProtectedFolder& folder_;
};

void find_plans(const std::vector<sequence::Node>& nodes, WipePlans& plans) {
  for (const sequence::Node& node : nodes) {
    if (std::visit([](const auto& one) { return one.header.disabled; }, node)) continue;
    if (const auto* group = std::get_if<sequence::Group>(&node)) {
      find_plans(group->nodes, plans);
      continue;
    }
    const sequence::Action& action = std::get<sequence::Step>(node).action;
    if (const auto* wipe = std::get_if<sequence::WipeVolume>(&action)) plans.wipes.push_back(wipe);
    if (const auto* apply = std::get_if<sequence::ApplyImage>(&action)) {
      plans.images.push_back({.apply = apply, .may_come_later = plans.has_own_steps});
    }
    if (std::holds_alternative<sequence::RunCommand>(action) || std::holds_alternative<sequence::RunHook>(action)) {
      plans.has_own_steps = true;
    }
  }
}

void check_hook_name(const std::string& name) {
  const auto is_plain = [](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
           byte == '-' || byte == '_';
  };
  if (!name.empty() && std::ranges::all_of(name, is_plain)) return;
  throw Error(ErrorCode::invalid_argument,
              printable(name) + " is no name of a hook; it consists of letters, digits, - and _");
}

}  // namespace

Actions::Actions(const sequence::Sequence& sequence, ProtectedFolder& folder, sequence::Journal& journal,
                 const cli::Context& context)
    : folder_(folder), journal_(journal), context_(context) {
  find_plans(sequence.nodes, plans_);
}

StepEnd Actions::run(const sequence::Action& action, const sequence::Values& values, const TimeLimit& time_limit) {
  values_ = &values;
  time_limit_ = time_limit;
  const auto act_on = [&](const auto& one) -> StepEnd {
    constexpr bool kIsOurs = requires { act(one); };
    check(kIsOurs, "the run itself restarts and sets variables");
    if constexpr (kIsOurs) return act(one);
    return {};
  };
  return std::visit(act_on, action);
}

StepEnd Actions::act(const sequence::RunStateStep& step) {
  const StepVariablesFile variables(folder_, *values_);
  std::vector<std::string> words = {"step", std::string(name_of(step.step)), "--state", agent_folder(folder_)};
  if (step.step != sequence::StateStep::release_state_store) {
    words.insert(words.end(), {"--variables", folder_.step_variables()});
  }
  if (step.step == sequence::StateStep::request_state_store) {
    words.emplace_back(step.for_restore ? "restore" : "capture");
  }
  return run_own(words);
}

StepEnd Actions::act(const sequence::RunCommand& command) {
  std::vector<std::string> words;
  for (const sequence::Text& word : command.words) words.push_back(word.text);
  platform::ChildPlace place;
  if (!command.folder.text.empty()) place.folder = command.folder.text;
  std::optional<boot::KernelFolders> kernel;
  if (!command.root.text.empty()) {
    place.root = command.root.text;
    kernel.emplace(place.root);
  }
  StepEnd end = run_child(words, place);
  if (end.code == kEndedCode) return end;
  end.wants_restart = std::ranges::count(command.restart_codes, end.code) > 0;
  end.succeeded = end.wants_restart || std::ranges::count(command.success_codes, end.code) > 0;
  return end;
}

StepEnd Actions::act(const sequence::RunHook& hook) {
  check_hook_name(hook.name);
  const std::string usual = default_folder() + "/hooks/" + hook.name;
  const std::string program = platform::find_program({folder_.hooks() + "/" + hook.name, usual});
  if (program.empty()) {
    throw Error(ErrorCode::not_found, "there is no hook " + hook.name + ": make the program of your site " + usual);
  }
  return run_child({program}, {});
}

StepEnd Actions::act(const sequence::EnterOtherRoot& root) {
  if (!plans_.wipes.empty()) {
    std::vector<std::string> words = {"volume", "check", "/", "--state", agent_folder(folder_)};
    std::ranges::copy(wipe_options(), std::back_inserter(words));
    std::ranges::copy(check_options(), std::back_inserter(words));
    StepEnd judged = run_own(words);
    if (!judged.succeeded) return judged;
  }
  prepare_other_root(folder_, root.image.text.empty());
  return {};
}

/// Of images those that lie in the protected folder: what else the other root will see is not here yet.
std::vector<std::string> Actions::check_options() const {
  const auto value_of = [&](std::string_view name) { return sequence::find_value(*values_, name); };
  std::vector<std::string> words;
  for (const sequence::WipeVolume* wipe : plans_.wipes) {
    for (const sequence::Text& path : wipe->accepted) {
      words.insert(words.end(), {"--accept", sequence::expand(path.text, value_of)});
    }
  }
  for (const WipePlans::Image& image : plans_.images) {
    const std::string path = installed_path(sequence::expand(image.apply->image.text, value_of), true);
    if (!path.starts_with(folder_.path() + "/")) continue;
    std::error_code ignored;
    if (image.may_come_later && !std::filesystem::exists(path, ignored)) continue;
    words.insert(words.end(), {"--image", path});
  }
  return words;
}

StepEnd Actions::act(const sequence::WipeVolume& wipe) {
  std::vector<std::string> words = {"volume", "wipe", wipe.folder.text};
  std::ranges::copy(wipe_options(), std::back_inserter(words));
  return run_own(words);
}

std::vector<std::string> Actions::wipe_options() const {
  return {"--protect", protected_name(folder_), "--proof", folder_.path() + "/" + kProof};
}

StepEnd Actions::act(const sequence::ApplyImage& apply) {
  StepEnd end = run_own({"volume", "apply", apply.image.text, apply.folder.text, "--protect", protected_name(folder_)});
  if (end.succeeded) carry_on_after_start(apply.folder.text, folder_);
  return end;
}

StepEnd Actions::run_own(const std::vector<std::string>& words) {
  std::vector<std::string> all = boot::words_to_start();
  all.insert(all.end(), words.begin(), words.end());
  StepEnd end = run_child(all, {});
  end.succeeded = is_success(end.code);
  return end;
}

StepEnd Actions::run_child(const std::vector<std::string>& words, const platform::ChildPlace& place) {
  const auto start = steady_clock::now();
  const auto is_late = [&] { return time_limit_ && steady_clock::now() - start > *time_limit_; };
  const auto& interrupted = context_.surroundings.interrupted;
  Lines lines(journal_);
  const platform::ChildEnd ended =
      platform::run_child(words, {.place = place,
                                  .on_output = [&](std::string_view said) { lines.take(said); },
                                  .wants_end = [&] { return interrupted() || is_late(); }});
  lines.finish();
  if (ended.was_ended && interrupted()) {
    throw Error(ErrorCode::cancelled, "the sequence is stopped; `rehome sequence resume` goes on with this step");
  }
  if (ended.was_ended) {
    return {
        .succeeded = false, .code = kEndedCode, .message = fmt::format("not done within {} s", time_limit_->count())};
  }
  StepEnd end{.succeeded = ended.code == 0, .code = ended.code};
  if (!end.succeeded) end.message = lines.last();
  if (!end.succeeded && end.message.empty()) end.message = fmt::format("it ended with code {}", end.code);
  return end;
}

}  // namespace rehome::task_sequence
