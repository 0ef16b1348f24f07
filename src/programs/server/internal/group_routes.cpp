// SPDX-License-Identifier: Apache-2.0
// Groups of computers. Who fills one decides what is deployed where, so that is for administrators.
#include <array>

#include "programs/server/internal/bodies.h"
#include "programs/server/internal/deployment_json.h"
#include "programs/server/internal/route.h"
#include "site/names.h"

namespace rehome::server {
namespace {

constexpr std::size_t kMostComputers = 5000;
constexpr std::uint64_t kMostBodyBytes = std::uint64_t{512} * 1024;

std::vector<std::string> read_computers(Call& call, JsonBody& body) {
  std::vector<std::string> ids;
  for (const std::string& name : body->texts("computers", kMostComputers, kLongestName)) {
    ids.push_back(site::computer_named(call.site(), name));
  }
  return ids;
}

http::Response list(Call& call) {
  const site::Page<site::Group> page = site::list_groups(call.site(), page_request(call.request));
  return json_response(Json::Object{{"items", json_list_of(page.items)}, {"more", page.more}});
}

http::Response show(Call& call) { return json_response(json_of(site::group(call.site(), call.arguments[0]))); }

http::Response add(Call& call) {
  JsonBody body(call.request);
  const std::string name = body->text("name", kLongestName);
  const bool has_computers = body->has("computers");
  const std::vector<std::string> computers = has_computers ? read_computers(call, body) : std::vector<std::string>{};
  body.end();
  return json_response(json_of(site::add_group(call.site(), name, computers, call.who())), 201);
}

http::Response add_computers(Call& call) {
  JsonBody body(call.request);
  const std::vector<std::string> computers = read_computers(call, body);
  body.end();
  return json_response(json_of(site::add_to_group(call.site(), call.arguments[0], computers, call.who())));
}

http::Response remove_computer(Call& call) {
  return json_response(json_of(site::remove_from_group(call.site(), call.arguments[0], call.arguments[1], call.who())));
}

http::Response remove(Call& call) {
  site::remove_group(call.site(), call.arguments[0], call.who());
  return {.status = 204};
}

}  // namespace

RouteTable group_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/groups", Who::viewer, list},
      Route{"POST", "/api/v1/groups", Who::administrator, add, kMostBodyBytes},
      Route{"GET", "/api/v1/groups/{group}", Who::viewer, show},
      Route{"DELETE", "/api/v1/groups/{group}", Who::administrator, remove},
      Route{"POST", "/api/v1/groups/{group}/computers", Who::administrator, add_computers, kMostBodyBytes},
      Route{"DELETE", "/api/v1/groups/{group}/computers/{computer}", Who::administrator, remove_computer},
  };
  return kRoutes;
}

}  // namespace rehome::server
