// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_runner.h"

#include <chrono>
#include <fmt/format.h>
#include <thread>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/deployment_offer.h"
#include "programs/agent/release_step.h"
#include "programs/agent/step_state.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

namespace {

constexpr int kMostStarts = 5;  // of a program that ends without a step done
constexpr std::chrono::milliseconds kTick{100};

std::size_t steps_done(const sequence::RunState* state) { return state == nullptr ? 0 : state->records.size(); }

}  // namespace

DeploymentRunner::DeploymentRunner(const StepEnvironment& environment)
    : environment_(environment), record_(load_deployments(environment.folder)), reporter_(environment) {
  if (!record_.current) return;
  folder_.emplace(open_deployment_folder(environment_.folder, record_.current->id));
  look_at_state();
  environment_.log.say(fmt::format("the deployment {} is taken up", record_.current->id));
}

void DeploymentRunner::look_at_state() {
  // One that cannot be read now may be the next time; what was seen last is not forgotten.
  if (auto state = load_run_state(*folder_, why_unreadable_)) state_ = std::move(state);
}

void DeploymentRunner::consider(transport::HttpClient& client,
                                const std::vector<site_client::OfferedDeployment>& offers,
                                const std::string& why_not_now) {
  for (const site_client::OfferedDeployment& offer : offers) {
    if (record_.current && record_.current->id == offer.id) continue;
    if (record_.current) {
      say_waiting(client, offer.id, "waits until the deployment " + record_.current->id + " has ended");
      continue;
    }
    if (!why_not_now.empty()) {
      if (!offer.is_running) say_waiting(client, offer.id, why_not_now);
      continue;
    }
    try {
      this->offer(client, offer);
    } catch (const Error& error) {
      // One that cannot even be fetched is in the way of no other.
      if (is_trouble_of_the_site(error.code()) || environment_.context.surroundings.interrupted()) throw;
      const std::string problem = fmt::format("the deployment {}: {}", offer.id, printable(error.what()));
      if (told_.insert(problem).second) environment_.log.say(problem);
    }
  }
}

void DeploymentRunner::offer(transport::HttpClient& client, const site_client::OfferedDeployment& offer) {
  const JudgedDeployment judged = judge(environment_, client, offer, record_);
  switch (judged.verdict) {
    case Verdict::may_run:
      begin(offer.id, judged.given);
      break;
    case Verdict::too_early:
      say_waiting(client, offer.id, judged.reason);
      break;
    case Verdict::refused:
      refuse(client, offer.id, judged.reason);
      break;
  }
}

void DeploymentRunner::refuse(transport::HttpClient& client, const std::string& id, const std::string& reason) {
  environment_.log.say(fmt::format("the deployment {} is refused: {}", id, reason));
  site_client::report_deployment(
      client, id, {.state = "refused", .step = {}, .message = reason.substr(0, site_client::kLongestText)});
}

void DeploymentRunner::say_waiting(transport::HttpClient& client, const std::string& id, const std::string& reason) {
  if (!told_.insert(id + reason).second) return;
  environment_.log.say(fmt::format("the deployment {}: {}", id, reason));
  site_client::report_deployment(client, id, {.state = "waiting", .step = {}, .message = reason});
}

void DeploymentRunner::begin(const std::string& id, const site_client::GivenDeployment& given) {
  environment_.log.say(fmt::format("the deployment {} begins: {}", id, printable(given.name)));
  folder_.emplace(open_deployment_folder(environment_.folder, id));
  write_deployment(*folder_, given);
  // From here on it counts as accepted, whatever happens: a second time it is refused.
  accept(record_, {.id = id, .until = given.until}, environment_.context.surroundings.clock.now().seconds);
  record_.current = CurrentDeployment{.id = id};
  save();
  tidy_deployment_folders(environment_.folder, record_);
  state_.reset();
  reporter_.forget();
  told_.clear();
  start_program();
  reporter_.tell(*record_.current, state());
}

void DeploymentRunner::start_program() {
  CurrentDeployment& current = *record_.current;
  const std::size_t done = steps_done(state());
  current.starts = done > current.steps_done ? 1 : current.starts + 1;
  current.steps_done = done;
  if (current.starts > kMostStarts) {
    return end("failed", fmt::format("its program ended {} times without getting any further", kMostStarts));
  }
  save();
  const std::string& program = environment_.settings.sequence_program;
  const std::string& path = folder_->path();
  const bool has_begun = state_.has_value() || !why_unreadable_.empty();
  try {
    child_ = std::make_unique<platform::ChildProcess>(
        has_begun ? words_to_resume(program, path) : words_to_begin(program, path), path + "/" + kSequenceOutputFile);
  } catch (const Error& error) {
    end("failed", printable(error.what()));
  }
}

void DeploymentRunner::watch() {
  if (!record_.current) return;
  if (!record_.current->end.empty()) return finish_telling();
  if (child_) {
    const std::optional<int> code = child_->ended();
    look_at_state();
    if (code) note_end_of_program(*code);
  } else if (!waits_for_restart_) {
    // A program that an agent started which died is let alone as long as it lives.
    const bool is_alone = !is_being_run(*folder_);
    look_at_state();
    if (is_alone) take_up();
  }
  if (!record_.current->end.empty()) return finish_telling();
  watch_running();
}

void DeploymentRunner::watch_running() {
  CurrentDeployment& current = *record_.current;
  const std::uint64_t sent = current.sent_bytes;
  if (reporter_.tell(current, state()) == site_client::Wish::stop && !current.is_cancelled) {
    current.is_cancelled = true;
    save();
    environment_.log.say(fmt::format("the deployment {} was cancelled", current.id));
  }
  reporter_.send_output(*folder_, current, false);
  if (current.sent_bytes != sent) save();
  if (current.is_cancelled) obey_cancellation();
}

void DeploymentRunner::obey_cancellation() {
  if (waits_for_restart_) return end("cancelled", "");
  // Once: a second signal would end it in the middle of something.
  if (child_ && !std::exchange(is_asked_to_stop_, true)) child_->ask_to_stop();
}

void DeploymentRunner::note_end_of_program(int exit_code) {
  child_.reset();
  switch (meaning_of_end(exit_code, state())) {
    case ProgramEnd::waits_for_restart:
      waits_for_restart_ = true;
      environment_.log.say(fmt::format("the deployment {} waits for a restart", record_.current->id));
      return;
    case ProgramEnd::broken:
      return end(record_.current->is_cancelled ? "cancelled" : "failed",
                 fmt::format("its program ended with code {}: {}", exit_code, last_words()));
    default:  // it is taken up, by the next agent where this one is to end
      if (!environment_.context.surroundings.interrupted()) take_up();
  }
}

/// Where no process runs it.
void DeploymentRunner::take_up() {
  if (state_ && state_->phase == sequence::Phase::ended) {
    return end(state_->has_failed ? "failed" : "succeeded", printable(state_->message));
  }
  if (record_.current->is_cancelled) return end("cancelled", "");
  if (!is_being_run(*folder_)) start_program();
}

std::string DeploymentRunner::last_words() {
  if (!why_unreadable_.empty()) return why_unreadable_;
  constexpr std::size_t kMost = std::size_t{1} << 20;
  std::string text = folder_->read_part(kSequenceOutputFile, 0, kMost);
  while (text.ends_with('\n')) text.pop_back();
  const std::string line = text.substr(text.rfind('\n') + 1);
  return line.empty() ? "it said nothing" : printable(line);
}

void DeploymentRunner::end(const std::string& how, const std::string& message) {
  CurrentDeployment& current = *record_.current;
  current.end = how;
  current.message = message.substr(0, site_client::kLongestText);
  waits_for_restart_ = is_asked_to_stop_ = false;
  save();
  folder_->remove(kSequenceVariablesFile);  // there may be a password in it
  environment_.log.say(
      fmt::format("the deployment {} {}{}", current.id, how, message.empty() ? "" : ": " + current.message));
  if (how == "cancelled") give_back_store();
}

/// A sequence that was stopped has not released what it requested.
void DeploymentRunner::give_back_store() {
  const std::unique_ptr<FolderLock> lock = environment_.folder.try_lock();
  try {
    const std::optional<StepState> step = lock ? load_step_state(environment_.folder) : std::nullopt;
    if (step && step->is_on_smp()) release_state_store(environment_);
  } catch (const Error& error) {
    environment_.log.say("what was left of the sequence: " + printable(error.what()));
  }
}

void DeploymentRunner::finish_telling() {
  CurrentDeployment& current = *record_.current;
  const std::uint64_t sent = current.sent_bytes;
  const bool all_sent = reporter_.send_output(*folder_, current, true);
  if (current.sent_bytes != sent) save();
  if (!all_sent || !reporter_.tell_end(current, state())) return;
  record_.current.reset();
  folder_.reset();
  state_.reset();
  save();
}

void DeploymentRunner::stop() {
  if (!child_) return;
  child_->ask_to_stop();
  while (!child_->ended()) std::this_thread::sleep_for(kTick);
}

}  // namespace rehome::agent
