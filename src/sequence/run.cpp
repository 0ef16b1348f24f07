// SPDX-License-Identifier: Apache-2.0
#include "sequence/run.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>

#include "base/core/error.h"
#include "sequence/expand.h"
#include "sequence/internal/evaluate.h"
#include "sequence/internal/planned_step.h"
#include "sequence/internal/step_choice.h"
#include "sequence/variables.h"

namespace rehome::sequence {

namespace {

/// A step that takes the computer down each time would otherwise do so for ever.
constexpr int kMostInterruptions = 5;
/// As often the other root may fail to start.
constexpr int kMostDetours = 2;
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
        state_(state),
        ports_(ports) {}

  RunEnd go() {
    set_value(state_.values, "_SMSTSPackageName", sequence_.name);
    set_value(state_.values, "_SMSTSMachineName", ports_.host.name());
    if (has_not_begun()) state_.is_in_other_root = ports_.host.is_in_other_root();
    while (state_.phase != Phase::ended) {
      set_value(state_.values, "_SMSTSInWinPE", ports_.host.is_in_other_root() ? "true" : "false");
      set_value(state_.values, "_RehomeFolder", ports_.host.folder());
      if (is_waiting() && !has_arrived() && leave()) return RunEnd::waiting;
      if (state_.next >= steps_.size()) {
        finish();
      } else if (is_astray()) {
        if (go_back()) return RunEnd::waiting;
      } else if (state_.phase == Phase::running || is_due()) {
        perform();
        if (is_waiting() && leave()) return RunEnd::waiting;
      }
    }
    return state_.has_failed ? RunEnd::failed : RunEnd::succeeded;
  }

 private:
  const Step& step() const { return *steps_[state_.next].step; }
  bool has_not_begun() const { return state_.phase == Phase::between && state_.next == 0; }
  bool is_waiting() const { return state_.phase == Phase::restarting || state_.phase == Phase::entering; }

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
    if (end.succeeded && end.wants_restart) wait_in(Phase::restarting);
    if (enters) wait_in(Phase::entering);
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

  void wait_in(Phase phase) {
    state_.phase = phase;
    state_.boot = ports_.host.boot();
  }

  /// Whether the computer has started since, in the root that it should.
  bool has_arrived() {
    if (ports_.host.boot() == state_.boot) return false;
    const bool enters = state_.phase == Phase::entering;
    if (enters == ports_.host.is_in_other_root()) {
      state_.phase = Phase::between;
      state_.interruptions = 0;
      state_.is_in_other_root = enters;
      return true;
    }
    if (++state_.interruptions > kMostDetours) {
      fail_to_leave(enters ? "the computer started, but not the other root"
                           : "the computer started into the other root, and not into the installed system");
      return true;
    }
    wait_in(state_.phase);
    ports_.journal.save(state_);
    return false;
  }

  /// The power failed, and another root has started: what is left to do in the one is not for the other.
  bool is_astray() const {
    return !is_waiting() && state_.next >= state_.skip_until &&
           state_.is_in_other_root != ports_.host.is_in_other_root();
  }

  /// Into the right one once more. False where that cannot be: then the next step has failed.
  bool go_back() {
    try {
      if (++state_.interruptions > kMostInterruptions) {
        throw Error(ErrorCode::refused, fmt::format("the computer started {} times, and not into the root in which "
                                                    "the sequence goes on",
                                                    kMostInterruptions));
      }
      ports_.journal.save(state_);
      if (state_.is_in_other_root) {
        ports_.journal.say("the sequence goes on in the other root, which is entered again");
        enter(last_way_out());
      } else {
        ports_.journal.say("the sequence goes on in the installed system, which is started");
        ports_.host.restart();
      }
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      close({.succeeded = false, .code = 1, .message = error.what()});
      return false;
    }
  }

  const Step& last_way_out() const {
    const auto found = std::find_if(steps_.rend() - state_.next, steps_.rend(), [](const PlannedStep& planned) {
      return std::holds_alternative<EnterOtherRoot>(planned.step->action);
    });
    if (found == steps_.rend()) throw Error(ErrorCode::corrupt, "no step before leads into the other root");
    return *found->step;
  }

  void enter(const Step& step) {
    const Action action = with_values(step.action, state_.values);
    ports_.host.enter_other_root(std::get<EnterOtherRoot>(action).image.text);
  }

  /// Asks the computer to go down. False where that cannot be: then the step that wanted it has failed.
  bool leave() {
    try {
      if (state_.phase == Phase::entering) {
        enter(*steps_[state_.next - 1].step);
      } else {
        ports_.host.restart();
      }
      return true;
    } catch (const Error& error) {
      if (error.code() == ErrorCode::cancelled) throw;
      fail_to_leave(error.what());
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
