// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/step.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/command/pause.h"

namespace rehome::agent {

namespace {

constexpr std::size_t kLongestMessage = 2000;

bool may_pass(ErrorCode code, const Retries& retries) {
  if (is_trouble_of_the_site(code)) return true;
  const bool is_refusal = code == ErrorCode::no_space || code == ErrorCode::not_found || code == ErrorCode::busy;
  return retries.of_refusals && is_refusal;
}

void record(const StepEnvironment& environment, StepState& state, StepOutcome outcome, const std::string& message) {
  state.outcome = outcome;
  state.message = message.substr(0, kLongestMessage);
  save_step_state(environment.folder, state);
}

}  // namespace

bool is_trouble_of_the_site(ErrorCode code) { return code == ErrorCode::unreachable || code == ErrorCode::io; }

void run_recorded(const StepEnvironment& environment, StepState& state, const std::function<void()>& work) {
  record(environment, state, StepOutcome::working, "");
  try {
    work();
  } catch (const Error& error) {
    const std::string message = printable(error.what());
    const bool goes_on = error.code() == ErrorCode::cancelled;
    record(environment, state, goes_on ? StepOutcome::working : StepOutcome::failed, message);
    throw;
  } catch (const cli::Reported&) {
    record(environment, state, StepOutcome::failed, "the migration rules are wrong");
    throw;
  }
  save_step_state(environment.folder, state);
}

void with_retries(const StepEnvironment& environment, const Retries& retries, const std::function<void(int)>& attempt) {
  for (int number = 0;; ++number) {
    try {
      return attempt(number);
    } catch (const Error& error) {
      if (!may_pass(error.code(), retries) || number >= retries.count) throw;
      environment.log.say(fmt::format("{}; trying again in {} s ({} of {})", printable(error.what()),
                                      retries.delay.count(), number + 1, retries.count));
    }
    if (!cli::pause(environment.context, retries.delay)) {
      throw Error(ErrorCode::cancelled, "stopped while waiting for the site; the same step goes on");
    }
  }
}

}  // namespace rehome::agent
