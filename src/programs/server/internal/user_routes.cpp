// SPDX-License-Identifier: Apache-2.0
// People: logging in, and who they are.
#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"

namespace rehome::server {
namespace {

constexpr std::size_t kLongestPassword = 1024;

Secret read_password(JsonBody& body) {
  std::string text = body->text("password", kLongestPassword);
  Secret password(as_bytes(text));
  std::ranges::fill(text, '\0');
  return password;
}

http::Response put_off(const Error& error) {
  http::Response response = http::problem(429, error);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

http::Response log_in(Call& call) {
  JsonBody body(call.request);
  const std::string user = body->text("user", kLongestName);
  const Secret password = read_password(body);
  body.end();
  site::Session session;
  try {
    call.world.logins.enter(call.request.peer_address, [&] { session = site::log_in(call.site(), user, password); });
  } catch (const Error& error) {
    if (error.code() == ErrorCode::busy) return put_off(error);
    if (error.code() == ErrorCode::permission_denied) return http::problem(401, error);
    throw;
  }
  return json_response(Json::Object{{"token", session.token},
                                    {"expires_seconds", session.expires - call.site().now()},
                                    {"role", name_of(session.account.role)},
                                    {"may_recover", session.account.may_recover}});
}

http::Response log_out(Call& call) {
  site::log_out(call.site(), bearer_token(call.request));
  return {.status = 204};
}

http::Response list(Call& call) { return list_response(site::list_users(call.site())); }

http::Response add(Call& call) {
  JsonBody body(call.request);
  const site::Account account{.user = body->text("user", kLongestName),
                              .role = site::role_of(body->text("role", kLongestName)),
                              .may_recover = body->optional_boolean("may_recover").value_or(false)};
  const Secret password = read_password(body);
  body.end();
  call.world.logins.enter(call.request.peer_address,
                          [&] { site::add_user(call.site(), account, password, call.account); });
  return json_response(json_of(account), 201);
}

http::Response remove(Call& call) {
  site::remove_user(call.site(), call.arguments[0], call.account);
  return {.status = 204};
}

/// One's own, or as an administrator anybody's.
http::Response change_password(Call& call) {
  const bool is_own = call.account.user == call.arguments[0];
  if (!is_own && call.account.role != site::Role::administrator) {
    throw Error(ErrorCode::permission_denied, "only an administrator may change another's password");
  }
  JsonBody body(call.request);
  const Secret password = read_password(body);
  body.end();
  call.world.logins.enter(call.request.peer_address,
                          [&] { site::set_password(call.site(), call.arguments[0], password, call.account); });
  return {.status = 204};
}

}  // namespace

RouteTable user_routes() {
  static constexpr std::array kRoutes = {
      Route{"POST", "/api/v1/login", Who::anyone, log_in, 8192},
      Route{"POST", "/api/v1/logout", Who::viewer, log_out},
      Route{"GET", "/api/v1/users", Who::administrator, list},
      Route{"POST", "/api/v1/users", Who::administrator, add},
      Route{"DELETE", "/api/v1/users/{user}", Who::administrator, remove},
      Route{"POST", "/api/v1/users/{user}/password", Who::viewer, change_password},
  };
  return kRoutes;
}

}  // namespace rehome::server
