// SPDX-License-Identifier: Apache-2.0
// Tokens of programs, and of network access.
#include <algorithm>
#include <array>

#include "base/core/error.h"
#include "programs/server/internal/lists.h"
#include "programs/server/internal/route.h"

namespace rehome::server {
namespace {

constexpr std::int64_t kLongestLife = std::int64_t{10} * 366 * 86400;

bool is_administrator(const Call& call) { return call.account.role == site::Role::administrator; }

/// One's own; an administrator sees all.
std::vector<site::ApiToken> visible_tokens(const Call& call) {
  std::vector<site::ApiToken> tokens = site::list_api_tokens(call.site());
  std::erase_if(tokens, [&](const site::ApiToken& token) {
    return !is_administrator(call) && token.account.user != call.account.user;
  });
  return tokens;
}

http::Response list(Call& call) { return list_response(visible_tokens(call)); }

site::MadeToken make_network_token(const Call& call, const site::NewApiToken& wanted) {
  if (!is_administrator(call)) {
    throw Error(ErrorCode::permission_denied, "only an administrator may make tokens for network access");
  }
  return site::make_network_access_token(call.site(), wanted.note, wanted.life_seconds, call.account);
}

http::Response add(Call& call) {
  JsonBody body(call.request);
  site::NewApiToken wanted;
  wanted.note = body->text("note", kLongestText);
  if (body->has("role")) wanted.role = site::role_of(body->text("role", kLongestName));
  wanted.may_recover = body->optional_boolean("may_recover").value_or(false);
  wanted.life_seconds = body->optional_integer("life_seconds", 60, kLongestLife).value_or(wanted.life_seconds);
  const bool network_access = body->optional_boolean("network_access").value_or(false);
  body.end();
  const site::MadeToken made =
      network_access ? make_network_token(call, wanted) : site::make_api_token(call.site(), call.account, wanted);
  Json::Object answer = *json_of(made.info).object();
  answer.push_back({"token", made.token});
  return json_response(std::move(answer), 201);
}

http::Response remove(Call& call) {
  const std::vector<site::ApiToken> tokens = visible_tokens(call);
  const bool is_there = std::ranges::any_of(tokens, [&](const auto& token) { return token.id == call.arguments[0]; });
  if (!is_there) throw Error(ErrorCode::not_found, "there is no such token");
  site::remove_api_token(call.site(), call.arguments[0], call.who());
  return {.status = 204};
}

}  // namespace

RouteTable token_routes() {
  static constexpr std::array kRoutes = {
      Route{"GET", "/api/v1/tokens", Who::viewer, list},
      Route{"POST", "/api/v1/tokens", Who::viewer, add},
      Route{"DELETE", "/api/v1/tokens/{token}", Who::viewer, remove},
  };
  return kRoutes;
}

}  // namespace rehome::server
