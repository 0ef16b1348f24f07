// SPDX-License-Identifier: Apache-2.0
// What an agent says of itself, and the work that waits for it.
#include <array>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/server/internal/bodies.h"
#include "programs/server/internal/deployment_json.h"
#include "programs/server/internal/json_of.h"
#include "programs/server/internal/route.h"
#include "site/enrolment.h"
#include "site/lifecycle.h"
#include "site/work.h"

namespace rehome::server {
namespace {

constexpr std::int64_t kPollSeconds = 30;
constexpr std::size_t kMostUsers = 1000;
constexpr std::size_t kMostLines = 1000;
constexpr std::uint64_t kMostLogBytes = std::uint64_t{1} << 20;

http::Response hello(Call& call) {
  JsonBody body(call.request);
  const std::string name = body->text("name", kLongestName);
  const std::string version = body->text("agent_version", kLongestName);
  const std::vector<std::string> logged_in = body->texts("logged_in", kMostUsers, kLongestName);
  body.end();
  const std::string& computer = call.client.computer;
  site::note_seen(call.site(), computer, name, version);
  call.world.events.publish(
      "seen",
      to_text(Json::Object{{"computer", computer}, {"computer_name", name}, {"logged_in", json_of(logged_in)}}));
  Json::List work;
  for (const site::Work& order : site::open_work(call.site(), computer)) work.push_back(json_of(order));
  return json_response(Json::Object{{"site_code", call.site().info().code},
                                    {"authorities", site::trusted_authorities(call.site())},
                                    {"poll_after_seconds", kPollSeconds},
                                    {"work", std::move(work)},
                                    {"deployments", json_list_of(site::open_deployments(call.site(), computer))}});
}

http::Response report_work(Call& call) {
  JsonBody body(call.request);
  const site::WorkReport report{.state = site::work_state_of(body->text("state", kLongestName)),
                                .step = body->text("step", kLongestName),
                                .message = body->text("message", kLongestText)};
  body.end();
  const site::WorkState state = site::report_work(call.site(), call.client.computer, call.arguments[0], report);
  return json_response(Json::Object{{"state", name_of(state)}});
}

http::Response take_log(Call& call) {
  JsonBody body(call.request);
  std::vector<std::string> lines;
  for (JsonFields& line : body->objects("lines", kMostLines)) {
    const std::string time = line.text("time", kLongestName);
    lines.push_back(time + " " + line.text("text", kLongestText));
    line.refuse_unknown();
  }
  body.end();
  for (const std::string& line : lines) {
    if (call.world.log) call.world.log("agent " + call.client.computer + ": " + printable(line));
  }
  return json_response(Json::Object{});
}

/// Of its own captures only; others are not there.
http::Response show_capture(Call& call) {
  const site::StoreFilter filter{.source = call.client.computer, .capture = call.arguments[0]};
  const site::Page<site::Store> found = site::list_stores(call.site(), {}, filter);
  if (found.items.empty()) throw Error(ErrorCode::not_found, "this computer has no such capture");
  const site::Store& store = found.items.front();
  return json_response(Json::Object{{"store", store.id}, {"vault", store.vault}, {"state", name_of(store.state)}});
}

}  // namespace

RouteTable agent_routes() {
  static constexpr std::array kRoutes = {
      Route{"POST", "/api/v1/agent/hello", Who::agent, hello},
      Route{"POST", "/api/v1/agent/work/{work}", Who::agent, report_work},
      Route{"GET", "/api/v1/agent/captures/{capture}", Who::agent, show_capture},
      Route{"POST", "/api/v1/agent/log", Who::client, take_log, kMostLogBytes},
  };
  return kRoutes;
}

}  // namespace rehome::server
