// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/deployment_calls.h"

#include "programs/site_client/site_call.h"

namespace rehome::site_client {

namespace {

constexpr std::size_t kLargestText = std::size_t{1} << 20;
constexpr std::size_t kMostComputers = 5000;
constexpr std::size_t kMostVariables = 200;

std::string path_of(const std::string& id) { return "/api/v1/agent/deployments/" + id; }

Json json_of(const DeployedStep& step) {
  return Json::Object{
      {"position", step.position}, {"step", step.step},   {"name", step.name.substr(0, kLongestText)},
      {"outcome", step.outcome},   {"code", step.code},   {"attempts", step.attempts},
      {"started", step.started},   {"ended", step.ended}, {"message", step.message.substr(0, kLongestText)}};
}

}  // namespace

GivenDeployment get_deployment(transport::HttpClient& client, const std::string& id) {
  GivenDeployment given;
  call(client, {.method = transport::HttpMethod::get, .path = path_of(id)}, [&](JsonFields& fields) {
    given.name = fields.text("name", kLongestName);
    given.text = fields.text("text", kLargestText);
    JsonFields variables = fields.object("variables");
    for (const std::string& name : variables.names(kMostVariables)) {
      given.variables.emplace_back(name, variables.text(name, kLongestText));
    }
    given.computers = fields.texts("computers", kMostComputers, kLongestName);
    given.from = fields.integer("from", 0, INT64_MAX);
    given.until = fields.integer("until", 0, INT64_MAX);
    given.signature = fields.optional_text("signature", kLongestText).value_or("");
  });
  return given;
}

Wish report_deployment(transport::HttpClient& client, const std::string& id, const DeploymentReport& report) {
  Json::List steps;
  for (const DeployedStep& step : report.steps) steps.push_back(json_of(step));
  std::string state;
  call(client,
       {.path = path_of(id),
        .body = Json::Object{{"state", report.state},
                             {"step", report.step.substr(0, kLongestText)},
                             {"message", report.message.substr(0, kLongestText)},
                             {"steps", std::move(steps)}}},
       [&](JsonFields& fields) { state = fields.text("state", kLongestName); });
  return state == "cancelled" ? Wish::stop : Wish::go_on;
}

void send_deployment_log(transport::HttpClient& client, const std::string& id, const std::vector<LogLine>& lines) {
  Json::List list;
  for (const LogLine& line : lines) list.push_back(Json::Object{{"time", to_iso8601(line.time)}, {"text", line.text}});
  call(client, {.path = path_of(id) + "/log", .body = Json::Object{{"lines", std::move(list)}}});
}

}  // namespace rehome::site_client
