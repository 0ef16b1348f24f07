// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an agent asks and tells its site about sequences that are deployed to it. In: plain values. Out: checked in form
// only; whether a deployment is believed is the agent's matter. Any thread may call.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "flow/transport/http_client.h"
#include "programs/site_client/agent_calls.h"

namespace rehome::site_client {

struct GivenDeployment {
  std::string name = {}, text = {};
  std::vector<std::pair<std::string, std::string>> variables = {};
  std::vector<std::string> computers = {};
  std::int64_t from = 0, until = 0;
  std::string signature = {};  // Base64; empty: it has none
};
GivenDeployment get_deployment(transport::HttpClient& client, const std::string& id);

struct DeployedStep {
  std::size_t position = 0;
  std::uint32_t step = 0;
  std::string name = {}, outcome = {};
  int code = 0, attempts = 0;
  std::int64_t started = 0, ended = 0;
  std::string message = {};
  bool operator==(const DeployedStep&) const = default;
};
struct DeploymentReport {
  std::string state = {};  // "waiting", "running", "succeeded", "failed", "refused" or "cancelled"
  std::string step = {}, message = {};
  std::vector<DeployedStep> steps = {};
};
constexpr std::size_t kMostStepsOfAReport = 200;
/// What the site wants of it now: it may have been cancelled.
Wish report_deployment(transport::HttpClient& client, const std::string& id, const DeploymentReport& report);

void send_deployment_log(transport::HttpClient& client, const std::string& id, const std::vector<LogLine>& lines);

}  // namespace rehome::site_client
