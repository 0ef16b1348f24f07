// SPDX-License-Identifier: Apache-2.0
#pragma once
// A route is a table row: what is asked for, who may ask, and the function that answers. One small file for each group.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_server/request.h"
#include "base/http_server/response.h"
#include "programs/server/internal/world.h"
#include "site/administrators.h"
#include "site/requests.h"

namespace rehome::server {

enum class Who {
  anyone,
  agent,   // a computer with a certificate on record
  client,  // an agent, or who shows a network access token where the site allows it
  reader,  // a client, or a person with the right to see recovery information
  viewer,  // these three by session or API token; each may do what those before may
  site_operator,
  administrator,
  watcher,  // a viewer, or anybody on this computer itself
};

struct Call {
  World& world;
  http::Request& request;
  /// What stands in place of each {…} of the pattern, in order.
  std::vector<std::string> arguments{};
  /// Of agent and client; the computer stays empty for a network access token.
  site::Client client{};
  /// Of people's routes.
  site::Account account{};

  const site::Site& site() const { return world.site; }
  /// Whom the audit log names.
  const std::string& who() const { return account.user.empty() ? client.computer : account.user; }
};

struct Route {
  const char* method;   // a HEAD goes to the row of the GET
  const char* pattern;  // "/api/v1/stores/{store}"; a last part "{name...}" takes all that is left
  Who who;
  http::Response (*answer)(Call& call);
  std::uint64_t most_body_bytes = std::uint64_t{64} * 1024;
  bool is_streamed = false;
};

using RouteTable = std::span<const Route>;
RouteTable site_routes();
RouteTable enrolment_routes();
RouteTable agent_routes();
RouteTable agent_deployment_routes();
RouteTable lease_routes();
RouteTable blob_routes();
RouteTable computer_routes();
RouteTable association_routes();
RouteTable group_routes();
RouteTable deployment_routes();
RouteTable migration_point_routes();
RouteTable store_routes();
RouteTable user_routes();
RouteTable token_routes();
RouteTable watching_routes();

}  // namespace rehome::server
