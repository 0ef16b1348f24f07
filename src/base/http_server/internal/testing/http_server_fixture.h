// SPDX-License-Identifier: Apache-2.0
#pragma once
// A server on loopback with an authority of its own and a handler of a few paths, for the tests of this folder.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/codec/certificate_authority.h"
#include "base/codec/system_random.h"
#include "base/core/clock.h"
#include "base/core/error.h"
#include "base/http_server/http_server.h"
#include "tests/support/tls_client.h"

namespace rehome::http {

using rehome::testing::connect_socket;
using rehome::testing::TlsClient;
using std::chrono::milliseconds;

inline std::string get(const std::string& target, const std::string& fields = "") {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + fields + "\r\n";
}

inline std::string post(const std::string& target, const std::string& body, const std::string& fields = "") {
  return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields +
         "\r\n" + body;
}

class HttpServerTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kLarge = std::uint64_t{24} << 20;

  HttpServerTest() {
    options_.identity = identity();
    options_.limits.handshake_time = options_.limits.header_time = milliseconds(600);
    options_.limits.stall_time = milliseconds(600);
    options_.limits.idle_time = milliseconds(20'000);
    options_.workers = 2;
    options_.streaming_workers = 4;
    options_.handler = [this](Request& request) { return handle(request); };
    options_.body_rule = [](std::string_view, const Target& target) {
      return BodyRule{.most_bytes = target.path == "/stream" ? kLarge : 1000, .streamed = target.path == "/stream"};
    };
    options_.log = [this](std::string_view message) { log_.lock()->append(message).append("\n"); };
    options_.finished = [this](const Finished& finished) {
      finished_.lock()->push_back(std::to_string(finished.status) + (finished.complete ? "" : " cut"));
    };
  }
  ~HttpServerTest() override {
    server_.reset();
    EXPECT_EQ(*running_.lock(), 0);
  }

  TlsIdentity identity() const {
    CertifiedKey key = authority_.issue_server({.hosts = {"localhost"}, .addresses = {"127.0.0.1"}}, 1);
    return {.certificate = key.certificate + authority_.certificate(),
            .private_key = std::move(key.private_key),
            .client_authorities = authority_.certificate()};
  }
  std::uint16_t start() {
    server_ = std::make_unique<HttpServer>(std::move(options_));
    return server_->port();
  }
  Response handle(Request& request) {
    ++*running_.lock();
    struct Leave {
      Locked<int>& running;
      ~Leave() { --*running.lock(); }
    } const leave{running_};
    return answer(request);
  }
  Response answer(Request& request) {
    const std::string& path = request.target.path;
    if (path == "/echo") return {.headers = {{"X-Method", request.method}}, .body = request.body.read_all()};
    if (path == "/stream") return count_body(request);
    if (path == "/big") return {.body = PulledBody{.size = kLarge, .read = fill}};
    if (path == "/short") return {.body = PulledBody{.size = kLarge, .read = fill_beginning}};
    if (path == "/gone") return {.body = PulledBody{.size = 100, .read = [](auto, auto) { return std::size_t{0}; }}};
    if (path == "/peer") return {.body = request.peer_address + " " + name_of_peer(request)};
    if (path == "/events") return {.body = hub_.subscribe()};
    if (path == "/missing") throw Error(ErrorCode::not_found, "there is no \"store\"");
    if (path == "/bug") throw std::runtime_error("a secret of the server");
    if (path == "/split") return {.headers = {{"Location", "a\r\nSet-Cookie: b"}}};
    if (path == "/empty") return {.status = 204};
    return {.body = "hello"};
  }
  static std::string name_of_peer(const Request& request) {
    return request.certificate == nullptr ? "nobody" : request.certificate->info.common_name;
  }
  Response count_body(Request& request) {
    if (!request.header("x-refuse").empty()) throw Error(ErrorCode::permission_denied, "not yours");
    Bytes piece(70'000);
    std::uint64_t total = 0;
    while (const std::size_t count = request.body.read(piece)) total += count;
    return {.status = 201, .body = std::to_string(total)};
  }
  static std::size_t fill(std::uint64_t offset, std::span<std::uint8_t> out) {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>((offset + i) * 7 >> 3);
    return out.size();
  }
  static std::size_t fill_beginning(std::uint64_t offset, std::span<std::uint8_t> out) {
    return offset > kLarge / 2 ? 0 : fill(offset, out);
  }
  bool finishes(const std::string& how) {
    for (int i = 0; i < 200; ++i) {
      if (std::ranges::count(*finished_.lock(), how) > 0) return true;
      std::this_thread::sleep_for(milliseconds(20));
    }
    return false;
  }
  bool has_connections(std::size_t count) {
    for (int i = 0; i < 250 && server_->connections() != count; ++i) std::this_thread::sleep_for(milliseconds(20));
    return server_->connections() == count;
  }

  SystemClock clock_;
  SystemRandom random_;
  CertificateAuthority authority_ = CertificateAuthority::make("TST", {clock_, random_});
  EventHub hub_;
  Locked<std::string> log_;
  Locked<std::vector<std::string>> finished_;
  Locked<int> running_{0};
  HttpServerOptions options_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace rehome::http
