// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployed_sequence.h"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <thread>
#include <utility>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/release_step.h"
#include "programs/agent/step_state.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr int kMostStarts = 5;  // of a program that ends without a step done
constexpr std::chrono::milliseconds kTick{100};

std::size_t steps_done(const sequence::RunState* state) { return state == nullptr ? 0 : state->records.size(); }

}  // namespace

DeployedSequence::DeployedSequence(const StepEnvironment& environment, DeploymentRecord& record)
    : environment_(environment),
      record_(record),
      folder_(open_deployment_folder(environment.settings.sequence_folder, record.current->id)),
      reporter_(environment) {
  look_at_state();
}

void DeployedSequence::look_at_state() {
  // One that cannot be read now may be the next time; what was seen last is not forgotten.
  if (auto state = load_run_state(folder_, why_unreadable_)) state_ = std::move(state);
}

void DeployedSequence::start_program() {
  const std::size_t done = steps_done(state());
  current().starts = done > current().steps_done ? 1 : current().starts + 1;
  current().steps_done = done;
  if (current().starts > kMostStarts) {
    return end("failed", fmt::format("its program ended {} times without getting any further", kMostStarts));
  }
  save();
  const std::string& path = folder_.path();
  const bool has_begun = state_.has_value() || !why_unreadable_.empty();
  try {
    child_ = std::make_unique<platform::DetachedProcess>(has_begun ? words_to_resume(path) : words_to_begin(path),
                                                         path + "/" + kSequenceOutputFile);
  } catch (const Error& error) {
    end("failed", printable(error.what()));
  }
}

void DeployedSequence::watch() {
  if (current().end.empty()) look_at_program();
  if (current().end.empty()) {
    tell();
  } else {
    tell_end();
  }
}

void DeployedSequence::look_at_program() {
  if (waits_for_restart_) return;
  // First whether it runs, then what it left: what is seen then is its last.
  const std::optional<int> code = child_ ? child_->ended() : std::nullopt;
  const bool is_alone = !child_ && !is_being_run(folder_);
  look_at_state();
  if (code) note_end_of_program(*code);
  // A program that an agent started which died is let alone as long as it lives.
  if (is_alone) take_up();
}

void DeployedSequence::tell() {
  const std::uint64_t sent = current().sent_bytes;
  if (reporter_.tell(current(), state()) == site_client::Wish::stop && !current().is_cancelled) {
    current().is_cancelled = true;
    save();
    environment_.log.say(fmt::format("the deployment {} was cancelled", current().id));
  }
  reporter_.send_output(folder_, current(), false);
  if (current().sent_bytes != sent) save();
  if (current().is_cancelled) obey_cancellation();
}

void DeployedSequence::obey_cancellation() {
  if (waits_for_restart_) return end("cancelled", "");
  // Once: a second signal would end it in the middle of something.
  if (child_ && !std::exchange(is_asked_to_stop_, true)) child_->ask_to_stop();
}

void DeployedSequence::note_end_of_program(int exit_code) {
  child_.reset();
  switch (meaning_of_end(exit_code, state())) {
    case ProgramEnd::waits_for_restart:
      waits_for_restart_ = true;
      environment_.log.say(fmt::format("the deployment {} waits for a restart", current().id));
      return;
    case ProgramEnd::broken:
      return end(current().is_cancelled ? "cancelled" : "failed",
                 fmt::format("its program ended with code {}: {}", exit_code, last_words()));
    default:  // it is taken up, by the next agent where this one is to end
      if (!environment_.context.surroundings.interrupted()) take_up();
  }
}

void DeployedSequence::take_up() {
  if (state_ && state_->phase == sequence::Phase::ended) {
    return end(state_->has_failed ? "failed" : "succeeded", printable(state_->message));
  }
  if (current().is_cancelled) return end("cancelled", "");
  if (!is_being_run(folder_)) start_program();
}

std::string DeployedSequence::last_words() {
  if (!why_unreadable_.empty()) return why_unreadable_;
  constexpr std::size_t kMost = std::size_t{64} * 1024;
  const std::uint64_t sent = current().sent_bytes;
  std::string text = folder_.read_part(kSequenceOutputFile, sent - std::min<std::uint64_t>(sent, kMost / 2), kMost);
  while (text.ends_with('\n')) text.pop_back();
  const std::string line = text.substr(text.rfind('\n') + 1);
  return line.empty() ? "it said nothing" : printable(line);
}

void DeployedSequence::end(const std::string& how, const std::string& message) {
  current().end = how;
  current().message = message.substr(0, site_client::kLongestText);
  waits_for_restart_ = is_asked_to_stop_ = false;
  save();
  folder_.remove(kSequenceVariablesFile);  // there may be a password in it
  environment_.log.say(
      fmt::format("the deployment {} {}{}", current().id, how, message.empty() ? "" : ": " + current().message));
  if (how == "cancelled") give_back_store();
}

void DeployedSequence::give_back_store() {
  const std::unique_ptr<FolderLock> lock = environment_.folder.try_lock();
  try {
    const std::optional<StepState> step = lock ? load_step_state(environment_.folder) : std::nullopt;
    if (step && step->is_on_smp()) release_state_store(environment_);
  } catch (const Error& error) {
    environment_.log.say("what was left of the sequence: " + printable(error.what()));
  }
}

void DeployedSequence::tell_end() {
  const std::uint64_t sent = current().sent_bytes;
  const bool all_sent = reporter_.send_output(folder_, current(), true);
  if (current().sent_bytes != sent) save();
  if (!all_sent || !reporter_.tell_end(current(), state())) return;
  record_.current.reset();
  save();
}

void DeployedSequence::stop() {
  if (!child_) return;
  if (!std::exchange(is_asked_to_stop_, true)) child_->ask_to_stop();
  while (!child_->ended()) std::this_thread::sleep_for(kTick);
}

}  // namespace rehome::agent
