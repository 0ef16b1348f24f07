// SPDX-License-Identifier: Apache-2.0
#pragma once
// A server to talk to, and clients that trust it, for the tests of the client.

#include <atomic>
#include <chrono>
#include <functional>
#include <gtest/gtest.h>
#include <string>

#include "base/core/error.h"
#include "flow/transport/http_client.h"
#include "tests/support/http_store_server.h"

namespace rehome::transport {

using rehome::testing::HttpStoreServer;
using std::chrono::milliseconds;
using std::chrono::seconds;

class HttpClientTest : public ::testing::Test {
 protected:
  HttpClientOptions options() {
    HttpClientOptions options;
    options.base_url = server_.url();
    options.ca_bundle = server_.authority().certificate();
    options.retries = 3;
    options.retry_delay = seconds(5);
    options.sleep = [this](milliseconds duration) { slept_ms_ += duration.count(); };
    return options;
  }
  static std::string echo(HttpClient& client, const std::string& text) {
    HttpRequest request{.method = HttpMethod::post, .path = "/echo"};
    request.body.bytes = as_bytes(text);
    return std::string(as_text(client.request(request).body));
  }
  static Error error_of(const std::function<void()>& action) {
    try {
      action();
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {ErrorCode::cancelled, ""};
  }
  static Error error_of(HttpClient& client, HttpRequest request = {.method = HttpMethod::get, .path = "/echo"}) {
    return error_of([&] { client.request(request); });
  }

  HttpStoreServer server_;
  std::atomic<std::int64_t> slept_ms_ = 0;
};

}  // namespace rehome::transport
