// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/names.h"
#include "programs/server/internal/route.h"
#include "site/left_over.h"
#include "site/lifecycle.h"
#include "site/names.h"

namespace rehome::server {
namespace {

constexpr std::size_t kLongestPair = 2 * kLongestName;  // "SOURCE:DESTINATION"

site::StoreFilter filter_of(Call& call) {
  site::StoreFilter filter{.source = query_computer(call, "source")};
  const auto state = call.request.target.parameter("state");
  if (!state) return filter;
  try {
    filter.state = site::store_state_of(*state);
  } catch (const Error&) {
    throw Error(ErrorCode::invalid_argument, "no store is ever in the state \"" + *state + "\"");
  }
  return filter;
}

http::Response list(Call& call) {
  return page_response(site::list_stores(call.site(), page_request(call.request), filter_of(call)));
}

http::Response show(Call& call) { return json_response(json_of(site::store(call.site(), call.arguments[0]))); }

http::Response release(Call& call) {
  JsonBody(call.request).end();
  return json_response(json_of(site::release_by_administrator(call.site(), call.arguments[0], call.who())));
}

http::Response discard(Call& call) {
  JsonBody(call.request).end();
  const bool forced = query_flag(call.request, "force");
  return json_response(json_of(site::discard_store(call.site(), call.arguments[0], forced, call.who())));
}

http::Response resume(Call& call) {
  JsonBody(call.request).end();
  return json_response(json_of(site::resume_store(call.site(), call.arguments[0], call.who())));
}

http::Response retarget(Call& call) {
  JsonBody body(call.request);
  const std::string destination = body->text("destination", kLongestName);
  auto association = body->optional_text("association", kLongestPair);
  body.end();
  if (association) association = site::association_named(call.site(), *association);
  return json_response(
      json_of(site::retarget_store(call.site(), call.arguments[0], destination, association, call.account)));
}

http::Response give_up(Call& call) {
  JsonBody body(call.request);
  const std::string name = body->text("association", kLongestPair);
  body.end();
  const std::string association = site::association_named(call.site(), name);
  return json_response(json_of(site::give_up_claim(call.site(), call.arguments[0], association, call.who())));
}

http::Response discard_left_over(Call& call) {
  JsonBody(call.request).end();
  site::discard_left_over(call.site(), call.arguments[0], call.who());
  return {.status = 204};
}

}  // namespace

RouteTable store_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/stores", Who::viewer, list},
      Route{"GET", "/api/v1/stores/{store}", Who::viewer, show},
      Route{"POST", "/api/v1/stores/{store}/release", Who::site_operator, release},
      Route{"POST", "/api/v1/stores/{store}/discard", Who::site_operator, discard},
      Route{"POST", "/api/v1/stores/{store}/resume", Who::site_operator, resume},
      Route{"POST", "/api/v1/stores/{store}/retarget", Who::administrator, retarget},
      Route{"POST", "/api/v1/stores/{store}/give-up", Who::site_operator, give_up},
      Route{"POST", "/api/v1/vaults/{vault}/discard-left-over", Who::administrator, discard_left_over},
  };
  return kRoutes;
}

}  // namespace rehome::server
