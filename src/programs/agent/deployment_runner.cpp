// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/deployment_runner.h"

#include <fmt/format.h>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/agent/deployment_offer.h"
#include "programs/site_client/site_call.h"

namespace rehome::agent {

DeploymentRunner::DeploymentRunner(const StepEnvironment& environment)
    : environment_(environment), record_(load_deployments(environment.folder)) {
  if (!record_.current) return;
  current_.emplace(environment_, record_);
  environment_.log.say(fmt::format("the deployment {} is taken up", record_.current->id));
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
      decide(client, offer);
    } catch (const Error& error) {
      // One that cannot even be fetched is in the way of no other.
      if (is_trouble_of_the_site(error.code()) || environment_.context.surroundings.interrupted()) throw;
      const std::string problem = fmt::format("the deployment {}: {}", offer.id, printable(error.what()));
      if (told_.insert(problem).second) environment_.log.say(problem);
    }
  }
}

void DeploymentRunner::decide(transport::HttpClient& client, const site_client::OfferedDeployment& offer) {
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
  AgentFolder folder = open_deployment_folder(environment_.settings.sequence_folder, id);
  write_deployment(folder, given);
  // From here on it counts as accepted, whatever happens: a second time it is refused.
  accept(record_, {.id = id, .until = given.until}, environment_.context.surroundings.clock.now().seconds);
  record_.current = CurrentDeployment{.id = id};
  save_deployments(environment_.folder, record_);
  tidy_deployment_folders(environment_.settings.sequence_folder, record_);
  told_.clear();
  current_.emplace(environment_, record_);
  current_->start_program();
  watch();
}

void DeploymentRunner::watch() {
  if (!current_) return;
  try {
    current_->watch();
    last_problem_.clear();
  } catch (const Error& error) {  // a full disk must not end the agent, and with it the sequence
    if (last_problem_ != error.what()) environment_.log.say("while watching the sequence: " + printable(error.what()));
    last_problem_ = error.what();
  }
  if (!record_.current) current_.reset();
}

void DeploymentRunner::stop() {
  if (current_) current_->stop();
}

}  // namespace rehome::agent
