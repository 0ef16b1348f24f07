// SPDX-License-Identifier: Apache-2.0
// How computers come to the site.
#include <array>

#include "base/codec/certificate.h"
#include "programs/server/internal/bodies.h"
#include "programs/server/internal/route.h"
#include "site/enrolment.h"

namespace rehome::server {
namespace {

constexpr std::int64_t kTokenLife = 86400;

Json json_of(const site::Enrolment& enrolment, const site::Site& site) {
  return Json::Object{{"computer", enrolment.computer.id},
                      {"certificate", enrolment.certificate},
                      {"authorities", enrolment.authorities},
                      {"site_code", site.info().code}};
}

http::Response enrol(Call& call) {
  JsonBody body(call.request);
  const site::EnrolmentRequest request{.token = body->text("token", kLongestName),
                                       .request = body->text("request", kLargestPem),
                                       .name = body->text("name", kLongestName),
                                       .operating_system = body->text("operating_system", kLongestName),
                                       .agent_version = body->text("agent_version", kLongestName)};
  body.end();
  const site::Enrolment enrolment = site::enrol(call.site(), request);
  call.world.identities.forget();  // earlier certificates of the record have ended
  return json_response(json_of(enrolment, call.site()), 201);
}

http::Response renew(Call& call) {
  JsonBody body(call.request);
  const std::string request = body->text("request", kLargestPem);
  body.end();
  return json_response(json_of(site::renew_certificate(call.site(), call.client.computer, request), call.site()));
}

http::Response token_response(const site::Site& site, const site::Token& token) {
  return json_response(Json::Object{{"token", token.token}, {"expires_seconds", token.expires - site.now()}}, 201);
}

http::Response make_return_token(Call& call) {
  JsonBody(call.request).end();
  return token_response(call.site(), site::make_return_token(call.site(), call.client.computer));
}

http::Response make_token(Call& call) {
  JsonBody body(call.request);
  const std::int64_t life = body->optional_integer("life_seconds", 60, site::kLongestTokenLife).value_or(kTokenLife);
  body.end();
  std::optional<std::string> computer;
  if (!call.arguments.empty()) computer = call.arguments[0];
  return token_response(call.site(), site::make_enrolment_token(call.site(), computer, life, call.account));
}

}  // namespace

RouteTable enrolment_routes() {
  static constexpr std::array kRoutes = {
      Route{"POST", "/api/v1/enrol", Who::anyone, enrol},
      Route{"POST", "/api/v1/agent/certificate", Who::agent, renew},
      Route{"POST", "/api/v1/agent/return-token", Who::agent, make_return_token},
      Route{"POST", "/api/v1/enrolment-tokens", Who::site_operator, make_token},
      Route{"POST", "/api/v1/computers/{computer}/enrolment-token", Who::site_operator, make_token},
  };
  return kRoutes;
}

}  // namespace rehome::server
