// SPDX-License-Identifier: Apache-2.0
#pragma once
// Why a connection failed, in words for an administrator; and what a server showed of itself. In: libcurl's results,
// hostile where they come from the server.

#include <curl/curl.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/core/error.h"

namespace rehome::transport {

struct HttpFailure {
  Error error;
  bool may_pass = false;  // trying again may help
};

/// `detail` is libcurl's own message, may be empty; `server` is "host:port".
HttpFailure failure_of(CURLcode code, CURL* handle, std::string_view detail, std::string_view server);

/// The certificates of the last handshake as PEM, the server's own first. Only with CURLOPT_CERTINFO.
std::vector<std::string> presented_chain(CURL* handle);

}  // namespace rehome::transport
