// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/routing.h"

#include <algorithm>

#include "base/core/error.h"
#include "programs/server/internal/access.h"
#include "programs/server/internal/names.h"

namespace rehome::server {
namespace {

/// The first part of a path and what is left of it.
struct Parts {
  std::string_view first;
  std::string_view rest;
};

Parts split(std::string_view path) {
  const std::size_t slash = std::min(path.find('/'), path.size());
  return {.first = path.substr(0, slash), .rest = path.substr(std::min(slash + 1, path.size()))};
}

/// Where on the server it went wrong, which context and the system's own words say, is for its log and administrators.
http::Response answer_of(const Route& route, Call& call) {
  try {
    return route.answer(call);
  } catch (const Error& error) {
    const bool is_told_already = error.context().empty() && error.system_code() == 0;
    if (is_told_already) throw;
    if (call.world.log) call.world.log(call.request.method + " " + call.request.target.path + ": " + error.what());
    if (!call.account.user.empty() && call.account.role == site::Role::administrator) {
      throw Error(error.code(), error.what(), error.system_code());
    }
    if (!error.context().empty()) throw;
    throw Error(error.code(), "the server cannot use its own files: its administrator finds the cause in its log",
                error.system_code());
  }
}

}  // namespace

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (const RouteTable table :
       {site_routes(), enrolment_routes(), agent_routes(), lease_routes(), blob_routes(), computer_routes(),
        association_routes(), migration_point_routes(), store_routes(), user_routes(), token_routes(),
        watching_routes(), group_routes(), deployment_routes(), agent_deployment_routes()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> arguments;
  while (!pattern.empty()) {
    const Parts wanted = split(pattern);
    if (wanted.first.ends_with("...}")) {
      if (path.empty()) return std::nullopt;
      arguments.emplace_back(path);
      return arguments;
    }
    const Parts given = split(path);
    if (wanted.first.starts_with('{') && !given.first.empty()) {
      arguments.emplace_back(given.first);
    } else if (wanted.first != given.first) {
      return std::nullopt;
    }
    // "/a/" is not "/a".
    if (given.rest.empty() && given.first.size() != path.size()) return std::nullopt;
    pattern = wanted.rest;
    path = given.rest;
  }
  return path.empty() ? std::optional(std::move(arguments)) : std::nullopt;
}

std::optional<Match> Routing::find(std::string_view method, std::string_view path) const {
  if (method == "HEAD") method = "GET";
  std::optional<Match> found;
  for (const Route& route : routes_) {
    auto arguments = match_path(std::string_view(route.pattern).substr(1), path.substr(1));
    if (!arguments) continue;
    if (route.method == method) return Match{.route = &route, .arguments = std::move(*arguments)};
    found = Match{};
  }
  return found;
}

http::BodyRule Routing::body_rule(std::string_view method, std::string_view path) const {
  constexpr http::BodyRule kForStrangers{.most_bytes = 4096};
  const std::optional<Match> match = find(method, path);
  if (!match || match->route == nullptr) return kForStrangers;
  return {.most_bytes = match->route->most_body_bytes, .streamed = match->route->is_streamed};
}

http::Response Routing::answer(World& world, http::Request& request) const {
  std::optional<Match> match = find(request.method, request.target.path);
  if (!match) throw Error(ErrorCode::not_found, "there is no such address here");
  if (match->route == nullptr) {
    return http::problem(405, Error(ErrorCode::unsupported, "this address does not know the method of the request"));
  }
  Call call{.world = world, .request = request, .arguments = std::move(match->arguments)};
  if (auto refusal = authorise(call, match->route->who)) return std::move(*refusal);
  // Agents know ids, and must not learn what else there is.
  if (!call.account.user.empty()) put_ids_for_names(call, match->route->pattern);
  return answer_of(*match->route, call);
}

}  // namespace rehome::server
