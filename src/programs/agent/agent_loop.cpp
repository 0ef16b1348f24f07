// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/agent_loop.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/machine/linux/sessions.h"
#include "model/outcome.h"
#include "programs/agent/deployment_runner.h"
#include "programs/agent/identity.h"
#include "programs/agent/site_access.h"
#include "programs/agent/work_order.h"
#include "programs/command/pause.h"

namespace rehome::agent {

namespace {

using std::chrono::seconds;

constexpr seconds kAwayPause{30};  // before a site that cannot be reached is asked again
constexpr seconds kWatchPause{1};  // between two looks at a sequence that runs

site_client::Introduction introduction(const Identity& identity) {
  site_client::Introduction self{.name = name_of(identity), .agent_version = REHOME_VERSION, .logged_in = {}};
  for (const std::string& name : logged_in_users()) self.logged_in.push_back(printable(name));
  return self;
}

/// What a site changes while agents are enrolled: its authorities, and certificates that come to their end.
void bring_up_to_date(const StepEnvironment& environment, transport::HttpClient& client,
                      const site_client::Greeting& greeting, Identity identity) {
  const bool changed = identity.authorities != greeting.authorities;
  identity.authorities = greeting.authorities;
  const bool renewed = renew_if_due(identity, client, environment.context.surroundings.clock.now());
  if (!changed && !renewed) return;
  save_identity(environment.folder, identity);
  environment.log.say(renewed ? "the certificate of this computer is renewed" : "the site has other authorities now");
}

bool may_work_now(const StepEnvironment& environment) {
  const std::optional<TimeWindow>& window = environment.settings.window;
  return !window || window->contains(minute_of_day(environment.context.surroundings.clock.now()));
}

void ship_log(const StepEnvironment& environment, transport::HttpClient& client) {
  const std::vector<site_client::LogLine> lines = environment.log.take_lines();
  if (!lines.empty()) site_client::send_log(client, lines);
}

/// False where a step that somebody runs by hand is in the way: then at the next poll.
bool perform_order(const StepEnvironment& environment, transport::HttpClient& client,
                   const site_client::WorkOrder& order) {
  const std::unique_ptr<FolderLock> lock = environment.folder.try_lock();
  if (lock == nullptr) {
    environment.log.say(fmt::format("work {} waits: another step works on this computer", order.id));
    return false;
  }
  perform(environment, client, order);
  return true;
}

/// How long the site wants to be left alone.
seconds poll(const StepEnvironment& environment, DeploymentRunner& deployments) {
  transport::HttpClient client(site_options(environment, ""));
  Identity identity = require_identity(environment.folder);
  const site_client::Greeting greeting = site_client::say_hello(client, introduction(identity));
  bring_up_to_date(environment, client, greeting, std::move(identity));
  const bool may_work = may_work_now(environment);
  seconds wait = greeting.poll_after;
  if (!greeting.work.empty() && may_work && !deployments.is_occupied()) {
    if (perform_order(environment, client, greeting.work.front())) wait = kWatchPause;
  } else {
    deployments.consider(client, greeting.deployments, may_work ? "" : "waits for the hours of this computer");
  }
  ship_log(environment, client);
  return wait;
}

bool is_interrupted(const StepEnvironment& environment) { return environment.context.surroundings.interrupted(); }

/// Waits, and looks after the sequence that runs; not longer than until that has ended. False where the user asked to
/// stop.
bool watch(const StepEnvironment& environment, DeploymentRunner& deployments, seconds duration) {
  if (!deployments.is_occupied()) return cli::pause(environment.context, duration);
  const auto end = std::chrono::steady_clock::now() + duration;
  while (deployments.is_occupied() && std::chrono::steady_clock::now() < end) {
    deployments.watch();
    if (!cli::pause(environment.context, kWatchPause)) return false;
  }
  return !is_interrupted(environment);
}

void work_once(const StepEnvironment& environment, DeploymentRunner& deployments) {
  poll(environment, deployments);
  while (deployments.is_at_work() && watch(environment, deployments, kWatchPause)) {
  }
  transport::HttpClient client(site_options(environment, ""));
  if (!is_interrupted(environment)) ship_log(environment, client);
}

void work_on(const StepEnvironment& environment, DeploymentRunner& deployments) {
  std::string last_problem;  // said once, not every half minute
  while (!is_interrupted(environment)) {
    seconds wait = kAwayPause;
    try {
      wait = poll(environment, deployments);
      if (!last_problem.empty()) environment.log.say("the site answers again");
      last_problem.clear();
    } catch (const Error& error) {
      if (is_interrupted(environment)) break;
      const std::string problem = printable(error.what());
      if (problem != last_problem) environment.log.say(problem + "; asking again every half minute");
      last_problem = problem;
    }
    if (!watch(environment, deployments, wait)) break;
  }
}

}  // namespace

void run_agent(const StepEnvironment& environment, bool once) {
  DeploymentRunner deployments(environment);
  if (once) {
    work_once(environment, deployments);
  } else {
    work_on(environment, deployments);
    environment.log.say("the agent ends");
  }
  deployments.stop();
}

}  // namespace rehome::agent
