// SPDX-License-Identifier: Apache-2.0
#pragma once
// The address of a server and of what is on it.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rehome::transport {

struct HttpAddress {
  std::string base_url;  // without '/' at its end
  std::string server;    // "host:port", for messages
};

/// Throws Error(invalid_argument) unless it is https://host, perhaps with a port and a path, and nothing else.
HttpAddress parse_base_url(std::string_view url);

/// Everything escaped that is not plain in a URL; path separators stay.
std::string make_url(std::string_view base_url, std::string_view path,
                     const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace rehome::transport
