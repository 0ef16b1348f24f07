// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"
#include "site/cycles.h"
#include "site/deletion.h"
#include "site/migration_points.h"
#include "site/names.h"

namespace rehome::server {
namespace {

constexpr std::int64_t kMost = INT32_MAX;  // the site knows the real limits
constexpr std::size_t kMostNetworks = 1000;

/// What is not said stays as it is.
void read_settings(JsonFields& fields, site::PointSettings& settings) {
  settings.restore_only = fields.optional_boolean("restore_only").value_or(settings.restore_only);
  settings.deletion_delay_minutes =
      fields.optional_integer("deletion_delay_minutes", 0, kMost).value_or(settings.deletion_delay_minutes);
  settings.deletion_cycle_minutes =
      fields.optional_integer("deletion_cycle_minutes", 0, kMost).value_or(settings.deletion_cycle_minutes);
  if (fields.has("networks")) settings.networks = fields.texts("networks", kMostNetworks, kLongestName);
  settings.fallback = fields.optional_boolean("fallback").value_or(settings.fallback);
}

void read_settings(JsonFields& fields, site::FolderSettings& settings) {
  settings.most_clients = fields.optional_integer("most_clients", 0, kMost).value_or(settings.most_clients);
  if (auto free = fields.optional_object("minimum_free")) {
    settings.minimum_free = {.amount = free->integer("amount", 0, kMost),
                             .unit = site::space_unit_of(free->text("unit", kLongestName))};
    free->refuse_unknown();
  }
}

/// With what keeps each folder from being used now.
std::vector<site::MigrationPoint> points_of(Call& call) {
  std::vector<site::MigrationPoint> points = site::list_migration_points(call.site());
  site::find_problems(call.site(), points);
  return points;
}

http::Response list(Call& call) { return list_response(points_of(call)); }

http::Response show(Call& call) {
  for (const site::MigrationPoint& point : points_of(call)) {
    if (point.id == call.arguments[0]) return json_response(json_of(point));
  }
  return json_response(json_of(site::migration_point(call.site(), call.arguments[0])));  // or it throws
}

/// Without a name the server that is meant is the only one.
std::string server_of(JsonBody& body, const site::Site& site) {
  if (auto named = body->optional_text("server", kLongestName)) return std::move(*named);
  const std::vector<std::string> servers = site::list_servers(site);
  if (servers.size() == 1) return servers.front();
  throw Error(ErrorCode::invalid_argument, "the site has several servers: say which");
}

http::Response add(Call& call) {
  JsonBody body(call.request);
  const std::string server = server_of(body, call.site());
  const bool is_new = body->optional_boolean("new_server").value_or(false);
  site::PointSettings settings;
  read_settings(*body, settings);
  body.end();
  const auto choice = is_new ? site::ServerChoice::fresh : site::ServerChoice::existing;
  return json_response(json_of(site::add_migration_point(call.site(), server, choice, settings, call.who())), 201);
}

http::Response change(Call& call) {
  const std::string& id = call.arguments[0];
  JsonBody body(call.request);
  site::PointSettings settings = site::migration_point(call.site(), id).settings;
  read_settings(*body, settings);
  body.end();
  site::change_migration_point(call.site(), id, settings, call.who());
  return show(call);
}

http::Response remove(Call& call) {
  site::remove_migration_point(call.site(), call.arguments[0], query_flag(call.request, "force"), call.who());
  return {.status = 204};
}

http::Response add_folder(Call& call) {
  JsonBody body(call.request);
  site::FolderSettings settings{.path = body->text("path", kLongestText)};
  read_settings(*body, settings);
  body.end();
  return json_response(json_of(site::add_folder(call.site(), call.arguments[0], settings, call.who())), 201);
}

site::Folder folder_of(Call& call) {
  for (const site::Folder& folder : site::migration_point(call.site(), call.arguments[0]).folders) {
    if (folder.id == call.arguments[1]) return folder;
  }
  throw Error(ErrorCode::not_found, "this state migration point has no such folder");
}

http::Response change_folder(Call& call) {
  site::FolderSettings settings = folder_of(call).settings;
  JsonBody body(call.request);
  read_settings(*body, settings);
  body.end();
  site::change_folder(call.site(), call.arguments[1], settings, call.who());
  return json_response(json_of(folder_of(call)));
}

http::Response remove_folder(Call& call) {
  folder_of(call);  // or it throws
  site::remove_folder(call.site(), call.arguments[1], query_flag(call.request, "force"), call.who());
  return {.status = 204};
}

http::Response list_cycles(Call& call) {
  std::optional<std::string> point = call.request.target.parameter("smp");
  if (point) point = site::point_named(call.site(), *point);
  return list_response(site::list_cycles(call.site(), point));
}

http::Response run_cycle(Call& call) {
  JsonBody(call.request).end();
  Json::Object reports;
  for (const site::MigrationPoint& point : site::list_migration_points(call.site())) {
    reports.push_back({point.id, json_of(site::run_deletion_cycle(call.site(), point.id))});
  }
  return json_response(std::move(reports));
}

}  // namespace

RouteTable migration_point_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/smps", Who::viewer, list},
      Route{"POST", "/api/v1/smps", Who::administrator, add},
      Route{"GET", "/api/v1/smps/{smp}", Who::viewer, show},
      Route{"PATCH", "/api/v1/smps/{smp}", Who::administrator, change},
      Route{"DELETE", "/api/v1/smps/{smp}", Who::administrator, remove},
      Route{"POST", "/api/v1/smps/{smp}/folders", Who::administrator, add_folder},
      Route{"PATCH", "/api/v1/smps/{smp}/folders/{folder...}", Who::administrator, change_folder},
      Route{"DELETE", "/api/v1/smps/{smp}/folders/{folder...}", Who::administrator, remove_folder},
      Route{"GET", "/api/v1/deletion-cycles", Who::viewer, list_cycles},
      Route{"POST", "/api/v1/deletion-cycle", Who::site_operator, run_cycle},
  };
  return kRoutes;
}

}  // namespace rehome::server
