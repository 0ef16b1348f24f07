// SPDX-License-Identifier: Apache-2.0
#include "sequence/run.h"

#include <fmt/format.h>
#include <ranges>

#include "base/core/error.h"
#include "sequence/expand.h"
#include "sequence/internal/evaluate.h"
#include "sequence/internal/passage.h"
#include "sequence/internal/planned_step.h"
#include "sequence/internal/step_choice.h"
#include "sequence/variables.h"

namespace rehome::sequence {

namespace {

constexpr int kInterruptedCode = 75;  // EX_TEMPFAIL of sysexits.h

bool is_state_step(const Step& step, StateStep kind) {
  const auto* state = std::get_if<RunStateStep>(&step.action);
  return state != nullptr && state->step == kind;
}

class Run {
 public:
  Run(const Sequence& sequence, RunState& state, const RunPorts& ports)
      : sequence_(sequence),
        steps_(steps_in_order(sequence)),
        choice_(steps_, ports.host),
        passage_(steps_, state, ports),
        state_(state),
        ports_(ports) {}

  RunEnd go() {
    set_value(state_.values, "_SMSTSPackageName", sequence_.name);
    set_value(state_.values, "_SMSTSMachineName", ports_.host.name());
    passage_.begin();
    while (state_.phase != Phase::ended) {
      set_value(state_.values, "_SMSTSInWinPE", ports_.host.is_in_other_root() ? "true" : "false");
      set_value(state_.values, "_RehomeFolder", ports_.host.folder());
      if (passage_.is_waiting() && is_away()) return RunEnd::waiting;
      if (state_.next >= steps_.size()) {
        finish();
      } else if (passage_.is_astray()) {
        if (is_led_back()) return RunEnd::waiting;
      } else if (state_.phase == Phase::running || is_due()) {
        perform();
      }
    }
    return state_.has_failed ? RunEnd::failed : RunEnd::succeeded;
  }

 private:
  const Step& step() const { return *steps_[state_.next].step; }

  bool is_due() {
    const std::optional<std::string> reason = choice_.reason_to_pass_over(state_);
    if (!reason) return true;
    ports_.journal.say(fmt::format("{}: passed over, {}", step().header.name, *reason));
    add_record(StepOutcome::passed_over, {.message = *reason});
    ports_.journal.save(state_);
    return false;
  }

  void finish() {
    std::erase_if(state_.values, [](const auto& value) {
      const KnownVariable* known = find_known_variable(value.first);
      return known != nullptr && known->is_secret;
    });
    state_.phase = Phase::ended;
    ports_.journal.save(state_);
  }

  /// Runs the next step to its end, in as many attempts as it has.
  void perform() {
    if (state_.phase == Phase::running) {
      if (const auto end = end_by_interruption()) return close(*end);
    } else {
      state_.phase = Phase::running;
      state_.started = ports_.host.seconds_since_1970();
    }
    while (true) {
      ++state_.attempts;
      const StepEnd end = attempt();
      if (end.succeeded || state_.attempts > step().retries) return close(end);
      ports_.journal.say(fmt::format("{} failed: {}; it is tried again in {} s", step().header.name, end.message,
                                     step().retry_delay.count()));
      if (!ports_.host.wait(step().retry_delay)) throw Error(ErrorCode::cancelled, "stopped between two attempts");
    }
  }

  /// Of a step that was under way when this program, or the computer, ended. Nothing: it is run again.
  std::optional<StepEnd> end_by_interruption() {
    const auto* command = std::get_if<RunCommand>(&step().action);
    if (command != nullptr && command->once) {
      return StepEnd{
          .succeeded = false, .code = kInterruptedCode, .message = "it was interrupted, and is run once only"};
    }
    if (++state_.interruptions > kMostInterruptions) {
      return StepEnd{.succeeded = false,
                     .code = kInterruptedCode,
                     .message = fmt::format("it was interrupted {} times", state_.interruptions)};
    }
    --state_.attempts;
    ports_.journal.say(step().header.name + ": interrupted, and run again");
    return std::nullopt;
  }

  StepEnd attempt() {
    set_value(state_.values, "_SMSTSCurrentActionName", step().header.name);
    if (is_state_step(step(), StateStep::request_state_store)) state_.has_requested = true;
    ports_.journal.save(state_);
    ports_.journal.say(step().header.name);
    try {
      return act();
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      return {.succeeded = false, .code = 1, .message = error.what()};
    }
  }

  StepEnd act() {
    const Values values = values_of_step();
    if (std::holds_alternative<SetVariables>(step().action)) {
      state_.values = values;
      return {};
    }
    if (std::holds_alternative<Restart>(step().action)) return {.wants_restart = true};
    return ports_.actions.run(with_values(step().action, values), values, step().time_limit);
  }

  /// With what the groups around it and the step itself assign, each seeing those before it.
  Values values_of_step() const {
    Values values = state_.values;
    const auto assign = [&](const Header& header) {
      for (const Assignment& assignment : header.variables) {
        set_value(values, assignment.name, with_values(assignment.value, values));
      }
    };
    for (const Group* group : steps_[state_.next].groups) assign(group->header);
    assign(step().header);
    return values;
  }

  /// Everything that follows from the end is in one save: what a failure skips must not be run after a crash.
  void close(const StepEnd& end) {
    const bool enters = end.succeeded && std::holds_alternative<EnterOtherRoot>(step().action);
    set_value(state_.values, "_SMSTSLastActionRetCode", std::to_string(end.code));
    set_value(state_.values, "_SMSTSLastActionSucceeded", end.succeeded ? "true" : "false");
    if (end.succeeded && is_state_step(step(), StateStep::release_state_store)) state_.has_requested = false;
    if (!end.succeeded) ports_.journal.say(fmt::format("{} failed: {}", step().header.name, end.message));
    add_record(end.succeeded ? StepOutcome::done : StepOutcome::failed, end);
    if (!end.succeeded) take_failure(end.message);
    if (end.succeeded && end.wants_restart) passage_.wait_in(Phase::restarting);
    if (enters) passage_.wait_in(Phase::entering);
    ports_.journal.save(state_);
  }

  /// Of the step before the next one.
  void take_failure(const std::string& message) {
    const std::size_t number = state_.next - 1;
    if (!steps_[number].step->header.continue_on_error) choice_.skip_after_failure(state_, number, message);
  }

  void add_record(StepOutcome outcome, const StepEnd& end) {
    const std::int64_t now = ports_.host.seconds_since_1970();
    state_.records.push_back({.step = state_.next,
                              .name = step().header.name,
                              .outcome = outcome,
                              .code = end.code,
                              .attempts = state_.attempts,
                              .started = outcome == StepOutcome::passed_over ? now : state_.started,
                              .ended = now,
                              .message = end.message});
    state_.phase = Phase::between;
    state_.attempts = 0;
    state_.interruptions = 0;
    ++state_.next;
  }

  /// True where the computer goes down, or has to: the rest is done after its next start.
  bool is_away() {
    try {
      if (passage_.has_arrived()) return false;
      passage_.leave();
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      fail_to_leave(error.what());
      return false;
    }
  }

  /// The same where another root has started than the one that the next step belongs to.
  bool is_led_back() {
    try {
      passage_.go_back();
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      close({.succeeded = false, .code = 1, .message = error.what()});
      return false;
    }
  }

  void fail_to_leave(const std::string& message) {
    state_.phase = Phase::between;
    state_.interruptions = 0;
    StepRecord& record = state_.records.back();
    record.outcome = StepOutcome::failed;
    record.message = message;
    ports_.journal.say(fmt::format("{} failed: {}", record.name, message));
    take_failure(message);
    ports_.journal.save(state_);
  }

  const Sequence& sequence_;
  std::vector<PlannedStep> steps_;
  StepChoice choice_;
  Passage passage_;
  RunState& state_;
  RunPorts ports_;
};

}  // namespace

RunState begin_run(const Sequence& sequence, std::string text, const Values& given) {
  RunState state{.file = sequence.file, .text = std::move(text)};
  for (const Text& needed : sequence.needs) {
    if (find_value(given, needed.text)) continue;
    throw Error(ErrorCode::invalid_argument, fmt::format("{}:{}: the variable {} has to be given (--set {}=VALUE)",
                                                         sequence.file, needed.place.line, needed.text, needed.text));
  }
  for (const auto& [name, value] : given) set_value(state.values, name, value);
  for (const Assignment& assignment : sequence.variables) {
    if (find_value(given, assignment.name)) continue;  // who runs it knows better
    set_value(state.values, assignment.name, with_values(assignment.value, state.values));
  }
  return state;
}

RunEnd run(const Sequence& sequence, RunState& state, const RunPorts& ports) {
  try {
    return Run(sequence, state, ports).go();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::cancelled) throw;
    return RunEnd::stopped;
  }
}

}  // namespace rehome::sequence
