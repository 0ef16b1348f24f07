// SPDX-License-Identifier: Apache-2.0
// What an agent asks and tells of the sequences that are deployed to its computer. Of others it learns nothing.
#include <array>

#include "programs/server/internal/bodies.h"
#include "programs/server/internal/deployment_events.h"
#include "programs/server/internal/deployment_json.h"
#include "programs/server/internal/route.h"

namespace rehome::server {
namespace {

constexpr std::size_t kMostSteps = 200;  // of one report
constexpr std::size_t kMostLines = 1000;
constexpr std::uint64_t kMostBodyBytes = std::uint64_t{1} << 20;

http::Response give(Call& call) {
  return json_response(json_of(site::given_deployment(call.site(), call.arguments[0], call.client.computer)));
}

site::ReportedStep read_step(JsonFields& fields) {
  site::ReportedStep step{.position = fields.integer("position", 0, INT32_MAX),
                          .step = fields.integer("step", 0, UINT32_MAX),
                          .name = fields.text("name", kLongestText),
                          .outcome = fields.text("outcome", kLongestName),
                          .code = fields.integer("code", INT32_MIN, INT32_MAX),
                          .attempts = fields.integer("attempts", 0, INT32_MAX),
                          .started = fields.integer("started", INT64_MIN, INT64_MAX),
                          .ended = fields.integer("ended", INT64_MIN, INT64_MAX),
                          .message = fields.text("message", kLongestText)};
  fields.refuse_unknown();
  return step;
}

http::Response report(Call& call) {
  JsonBody body(call.request);
  site::DeploymentReport report{.state = site::deployment_state_of(body->text("state", kLongestName)),
                                .step = body->text("step", kLongestText),
                                .message = body->text("message", kLongestText)};
  for (JsonFields& step : body->objects("steps", kMostSteps)) report.steps.push_back(read_step(step));
  body.end();
  const std::string &id = call.arguments[0], &computer = call.client.computer;
  const site::TakenReport taken = site::report_deployment(call.site(), computer, id, report);
  if (taken.is_news) {
    publish_deployment(call.world.events, id, site::deployment_target(call.site(), id, computer));
  }
  return json_response(Json::Object{{"state", name_of(taken.state)}});
}

http::Response take_log(Call& call) {
  JsonBody body(call.request);
  std::vector<site::DeploymentLine> lines;
  for (JsonFields& line : body->objects("lines", kMostLines)) {
    lines.push_back({.time = line.text("time", kLongestName), .text = line.text("text", kLongestText)});
    line.refuse_unknown();
  }
  body.end();
  site::add_deployment_lines(call.site(), call.client.computer, call.arguments[0], lines);
  return json_response(Json::Object{});
}

}  // namespace

RouteTable agent_deployment_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/agent/deployments/{deployment}", Who::agent, give},
      Route{"POST", "/api/v1/agent/deployments/{deployment}", Who::agent, report, kMostBodyBytes},
      Route{"POST", "/api/v1/agent/deployments/{deployment}/log", Who::agent, take_log, kMostBodyBytes},
  };
  return kRoutes;
}

}  // namespace rehome::server
