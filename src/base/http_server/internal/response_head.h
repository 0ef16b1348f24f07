// SPDX-License-Identifier: Apache-2.0
#pragma once
// The first lines of a response as they go over the wire.

#include <string>
#include <string_view>

#include "base/http_server/response.h"

namespace rehome::http {

/// With the length of the body, where it has one. Throws std::invalid_argument for a header field with a line break.
std::string response_head(const Response& response, bool keep_alive);

/// What answers those that never got as far as a handler.
inline constexpr std::string_view kPlainHttpAnswer =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 52\r\n\r\n"
    "This port speaks HTTPS: begin the address with it.\r\n";
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace rehome::http
