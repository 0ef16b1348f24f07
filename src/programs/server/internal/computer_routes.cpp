// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <map>

#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"
#include "site/computers.h"
#include "site/work.h"

namespace rehome::server {
namespace {

constexpr std::size_t kMostSteps = 100;
constexpr std::size_t kMostVariables = 1000;

http::Response list(Call& call) { return page_response(site::list_computers(call.site(), page_request(call.request))); }

http::Response show(Call& call) { return json_response(json_of(site::computer(call.site(), call.arguments[0]))); }

http::Response add(Call& call) {
  JsonBody body(call.request);
  const site::NewComputer wanted{.name = body->text("name", kLongestName),
                                 .note = body->optional_text("note", kLongestText).value_or(""),
                                 .site_code = body->optional_text("site_code", kLongestName),
                                 .quota_bytes = body->optional_integer("quota_bytes", 0, INT64_MAX),
                                 .source_computer = body->optional_text("source_computer", kLongestName)};
  body.end();
  return json_response(json_of(site::import_computer(call.site(), wanted, call.who())), 201);
}

http::Response change(Call& call) {
  JsonBody body(call.request);
  const site::ComputerChange change{.name = body->optional_text("name", kLongestName),
                                    .note = body->optional_text("note", kLongestText),
                                    .quota_bytes = body->optional_integer("quota_bytes", 0, INT64_MAX)};
  body.end();
  return json_response(json_of(site::change_computer(call.site(), call.arguments[0], change, call.who())));
}

http::Response remove(Call& call) {
  site::remove_computer(call.site(), call.arguments[0], call.who());
  call.world.identities.forget();
  return {.status = 204};
}

std::map<std::string, std::string> read_variables(JsonBody& body) {
  std::map<std::string, std::string> variables;
  auto fields = body->optional_object("variables");
  if (!fields) return variables;
  for (const std::string& name : fields->names(kMostVariables)) variables[name] = fields->text(name, kLongestText);
  return variables;
}

http::Response add_work(Call& call) {
  JsonBody body(call.request);
  const std::vector<std::string> steps = body->texts("steps", kMostSteps, kLongestName);
  const std::map<std::string, std::string> variables = read_variables(body);
  body.end();
  return json_response(json_of(site::add_work(call.site(), call.arguments[0], steps, variables, call.who())), 201);
}

http::Response list_work(Call& call) { return list_response(site::open_work(call.site(), call.arguments[0])); }

http::Response cancel_work(Call& call) {
  return json_response(json_of(site::cancel_work(call.site(), call.arguments[0], call.arguments[1], call.who())));
}

}  // namespace

RouteTable computer_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/computers", Who::viewer, list},
      Route{"POST", "/api/v1/computers", Who::site_operator, add},
      Route{"GET", "/api/v1/computers/{computer}", Who::viewer, show},
      Route{"PATCH", "/api/v1/computers/{computer}", Who::site_operator, change},
      Route{"DELETE", "/api/v1/computers/{computer}", Who::site_operator, remove},
      Route{"GET", "/api/v1/computers/{computer}/work", Who::viewer, list_work},
      Route{"POST", "/api/v1/computers/{computer}/work", Who::site_operator, add_work},
      Route{"DELETE", "/api/v1/computers/{computer}/work/{work}", Who::site_operator, cancel_work},
  };
  return kRoutes;
}

}  // namespace rehome::server
