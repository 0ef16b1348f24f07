// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a handler answers. The server adds Content-Length and Connection; a HEAD is answered as the GET would be, and
// the server leaves the body out.

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/core/error.h"
#include "base/http_server/event_hub.h"

namespace rehome::http {

/// A body that is not in memory.
struct PulledBody {
  std::uint64_t size = 0;
  /// Fills up to out.size() bytes from that offset and returns how many, at least one. Called on a worker, by one at a
  /// time, with rising offsets; what it throws cuts the connection, as the status was sent already.
  std::function<std::size_t(std::uint64_t offset, std::span<std::uint8_t> out)> read;
};

using ResponseBody = std::variant<std::string, PulledBody, std::shared_ptr<EventStream>>;

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers{};
  ResponseBody body{};
};

/// {"error": "<name of the code>", "message": "…"} with the status of the code, or one of the caller's own.
Response problem(const Error& error);
Response problem(int status, const Error& error);

/// The status that says what an Error of this code means to a client.
int status_of(ErrorCode code);

}  // namespace rehome::http
