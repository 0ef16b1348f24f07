// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a request to its route. Any thread.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http_server/http_server.h"
#include "programs/server/internal/route.h"

namespace rehome::server {

/// All rows of all groups.
std::vector<Route> all_routes();

struct Match {
  const Route* route = nullptr;
  std::vector<std::string> arguments{};
};

class Routing {
 public:
  Routing() : routes_(all_routes()) {}

  http::BodyRule body_rule(std::string_view method, std::string_view path) const;
  /// Finds the route, checks who asks, and answers. Throws Error.
  http::Response answer(World& world, http::Request& request) const;

 private:
  /// nullopt where no route has such a path; without a route where none has it with this method.
  std::optional<Match> find(std::string_view method, std::string_view path) const;

  std::vector<Route> routes_;
};

/// The arguments where `path` is like `pattern`.
std::optional<std::vector<std::string>> match_path(std::string_view pattern, std::string_view path);

}  // namespace rehome::server
