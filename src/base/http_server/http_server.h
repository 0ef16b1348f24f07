// SPDX-License-Identifier: Apache-2.0
#pragma once
// HTTP/1.1 over TLS 1.2 and newer. In: connections of anybody. Out: each request as a call of one plain function, on a
// worker, and its Response on the wire. Bodies stream both ways through bounded buffers, so whoever is slow slows down
// nobody else; every wait has a limit. Knows nothing of what is served.
//
// How it works: one thread waits for all sockets and parses heads. Workers run handlers, read streamed bodies, and
// encrypt responses; a connection belongs to the one or the other, never to both at a time. A worker never waits for a
// slow reader; it waits for a slow sender only on the routes that stream, which have workers of their own.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/codec/secret.h"
#include "base/http_server/request.h"
#include "base/http_server/response.h"

namespace rehome::http {

/// Everything the server shows and trusts; replaced as one.
struct TlsIdentity {
  std::string certificate;  // PEM: the server's own, then the authorities above it that clients may not know
  Secret private_key;       // PEM
  /// PEM of the authorities of clients' certificates; empty: none is asked for. Clients may come without one; one that
  /// is not signed by these ends the handshake.
  std::string client_authorities;
};

struct ServerLimits {
  std::size_t header_bytes = std::size_t{16} * 1024;
  /// One more ends another: the oldest of those that have not shaken hands where these are half of all, else the one
  /// that is idle for longest.
  std::size_t connections = 4096;
  std::size_t requests_in_work = 2048;  // running or waiting for a worker; above it: 503
  /// Of bodies that are read before their handler runs, all connections together; above it: 503.
  std::size_t buffered_body_bytes = std::size_t{64} << 20;
  std::chrono::milliseconds handshake_time{5'000};  // of TLS, from the connection on
  std::chrono::milliseconds header_time{10'000};    // from the first byte to the last
  std::chrono::milliseconds stall_time{60'000};     // in which a body must move by 4 KiB or to its end, either way
  std::chrono::milliseconds idle_time{120'000};     // between two requests
};

/// How a body arrives, decided from the head alone, on the thread that must not wait.
struct BodyRule {
  std::uint64_t most_bytes = std::uint64_t{1} << 20;
  bool streamed = false;  // the handler reads it as it comes; else it is complete when the handler starts
};

/// What became of a request, for logs and metrics.
struct Finished {
  std::string_view method;
  std::string_view path;
  std::string_view peer_address;
  int status = 0;
  std::uint64_t received_bytes = 0;  // of bodies
  std::uint64_t sent_bytes = 0;
  std::chrono::nanoseconds duration{};
  bool complete = true;  // the whole response was handed to the network
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";  // "::" is every address of both kinds
  std::uint16_t port = 0;             // 0: one that is free
  TlsIdentity identity;
  ServerLimits limits;
  std::size_t workers = 8;              // for handlers whose body is there, and for responses
  std::size_t streaming_workers = 256;  // each carries one streamed request body
  /// An Error it throws becomes a problem (response.h), anything else a 500 without details. Called from many threads.
  std::function<Response(Request&)> handler;
  /// Empty: the default rule for all.
  std::function<BodyRule(std::string_view method, const Target& target)> body_rule;
  /// Told of exceptions that are no Error, and of what the server itself cannot do. May be empty. Many threads.
  std::function<void(std::string_view message)> log;
  /// May be empty; must be quick. On the thread that waits for all sockets.
  std::function<void(const Finished&)> finished;
};

class HttpServer {
 public:
  /// Listens when it returns. Throws Error(invalid_argument) for an identity that makes no sense, Error(io) or another
  /// code of the system where the address cannot be had.
  explicit HttpServer(HttpServerOptions options);
  /// As stop() without any patience.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  std::size_t connections() const;

  /// For connections made from now on; those that exist go on with what they began with. Any thread.
  void replace_identity(const TlsIdentity& identity);

  /// Takes no new connection, closes those without a request, lets requests in work finish for `patience` at most, then
  /// cuts them. A handler that is running is waited for. Once.
  void stop(std::chrono::milliseconds patience);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rehome::http
