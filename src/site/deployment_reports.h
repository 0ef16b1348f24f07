// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an agent gets of the deployments that are for it, and what it tells of them. All that it says is hostile: it
// reaches its own computer's part of a deployment that names it, within limits, and no other.

#include <cstdint>
#include <string>
#include <vector>

#include "site/deployments.h"

namespace rehome::site {

struct OpenDeployment {
  std::string id = {};
  DeploymentState state = DeploymentState::waiting;
};
/// What runs, and what waits and is in its window; the oldest first.
std::vector<OpenDeployment> open_deployments(const Site& site, const std::string& computer);

/// All that was signed. Error(not_found) where it is not for that computer.
NewDeployment given_deployment(const Site& site, const std::string& id, const std::string& computer);

struct ReportedStep {
  std::int64_t position = 0;  // in the record of the run, from 0
  std::int64_t step = 0;      // its number in the file, from 0
  std::string name = {}, outcome = {};
  std::int64_t code = 0, attempts = 0, started = 0, ended = 0;
  std::string message = {};
};
constexpr std::int64_t kMostReportedSteps = 2000;  // of a computer

struct DeploymentReport {
  DeploymentState state = DeploymentState::running;
  std::string step = {}, message = {};
  std::vector<ReportedStep> steps = {};  // new ones, or again one that changed
};
struct TakenReport {
  DeploymentState state = DeploymentState::running;  // now: `cancelled` tells the agent to stop
  bool is_news = false;                              // state, step or message are others than before
};
/// Error(not_found) where it is not for that computer, Error(refused) where it has ended otherwise.
TakenReport report_deployment(const Site& site, const std::string& computer, const std::string& id,
                              const DeploymentReport& report);
std::vector<ReportedStep> reported_steps(const Site& site, const std::string& id, const std::string& computer);

struct DeploymentLine {
  std::string time = {}, text = {};
};
constexpr std::int64_t kMostDeploymentLines = 5000;  // of a computer; the oldest go
void add_deployment_lines(const Site& site, const std::string& computer, const std::string& id,
                          const std::vector<DeploymentLine>& lines);
/// The newest, in their order.
std::vector<DeploymentLine> deployment_lines(const Site& site, const std::string& id, const std::string& computer,
                                             std::int64_t most);

struct ExpiredDeployment {
  std::string deployment = {};
  DeploymentTarget target = {};
};
/// Ends what waited until its window was over; to be called from time to time.
std::vector<ExpiredDeployment> expire_deployments(const Site& site);

}  // namespace rehome::site
