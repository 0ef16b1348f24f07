// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"
#include "site/enrolment.h"

namespace rehome::server {
namespace {

constexpr std::int64_t kMost = INT32_MAX;  // the site knows the real limits

http::Response show(Call& call) {
  const site::SiteInfo& info = call.site().info();
  return json_response(Json::Object{{"id", info.id},
                                    {"code", info.code},
                                    {"parent", info.parent ? Json(*info.parent) : Json()},
                                    {"created", info.created},
                                    {"settings", json_of(call.site().settings())}});
}

http::Response change(Call& call) {
  JsonBody body(call.request);
  site::Settings settings = call.site().settings();
  settings.network_access = body->optional_boolean("network_access").value_or(settings.network_access);
  const auto read = [&](const char* name, std::int64_t& value) {
    value = body->optional_integer(name, 0, kMost).value_or(value);
  };
  read("retry_count", settings.retry_count);
  read("retry_delay_seconds", settings.retry_delay_seconds);
  read("heartbeat_seconds", settings.heartbeat_seconds);
  read("lease_seconds", settings.lease_seconds);
  read("keep_abandoned_seconds", settings.keep_abandoned_seconds);
  read("keep_deleted_seconds", settings.keep_deleted_seconds);
  body.end();
  call.site().change_settings(settings, call.who());
  return show(call);
}

http::Response list_authorities(Call& call) { return list_response(site::list_authorities(call.site())); }

http::Response make_authority(Call& call) {
  JsonBody(call.request).end();
  site::make_authority(call.site(), call.who());
  call.world.renew_trust(false);
  return json_response(Json::Object{{"authorities", site::trusted_authorities(call.site())}}, 201);
}

http::Response retire_authorities(Call& call) {
  const std::int64_t ended = site::retire_authorities(call.site(), query_flag(call.request, "force"), call.who());
  call.world.renew_trust(true);
  call.world.identities.forget();
  return json_response(Json::Object{{"ended_certificates", ended}});
}

}  // namespace

RouteTable site_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/site", Who::viewer, show},
      Route{"PATCH", "/api/v1/site", Who::administrator, change},
      Route{"GET", "/api/v1/authorities", Who::viewer, list_authorities},
      Route{"POST", "/api/v1/authorities", Who::administrator, make_authority},
      Route{"DELETE", "/api/v1/authorities", Who::administrator, retire_authorities},
  };
  return kRoutes;
}

}  // namespace rehome::server
