// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a response that is no success means. In: a hostile response. Out: an Error with text that can be shown.

#include <string_view>

#include "base/core/error.h"
#include "flow/transport/http_client.h"

namespace rehome::transport {

/// The server's own explanation where it gave one, else what the status says. `server` is "host:port".
Error problem_of(const HttpResponse& response, std::string_view server);

}  // namespace rehome::transport
