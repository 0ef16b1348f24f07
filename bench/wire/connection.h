// SPDX-License-Identifier: Apache-2.0
#pragma once
// One HTTP/1.1 connection of the load generator, over TLS or plain, with blocking calls: it costs the machine as little
// as possible and is the same for every server that is measured. In: a head and a body. Out: the status, and how many
// bytes the answer had. One thread at a time. Nothing is verified here: servers are our own, on loopback.

#include <chrono>
#include <cstdint>
#include <memory>
#include <openssl/ssl.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome::bench {

struct Freed {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using TlsContext = std::unique_ptr<SSL_CTX, Freed>;

struct Endpoint {
  std::uint16_t port = 0;
  SSL_CTX* tls = nullptr;              // null: plain
  std::uint64_t bytes_per_second = 0;  // in each direction; 0: as fast as it goes
};

/// `certificate` and `key` are files in PEM; empty: none is shown.
TlsContext make_tls_context(const std::string& certificate, const std::string& key);

struct Answer {
  int status = 0;
  std::uint64_t body_bytes = 0;
};

class Connection {
 public:
  /// Throws std::runtime_error, as request() does, where the server is not there or breaks off.
  explicit Connection(const Endpoint& endpoint);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Answer request(std::string_view head, std::span<const std::uint8_t> body = {});

 private:
  void write_all(std::span<const std::uint8_t> bytes);
  std::size_t read_some(std::span<std::uint8_t> out);
  std::string receive_head(std::uint64_t& body_bytes);
  void pace(std::uint64_t moved);

  const Endpoint endpoint_;
  int socket_ = -1;
  std::unique_ptr<SSL, Freed> ssl_;
  std::vector<std::uint8_t> buffer_;
  std::chrono::steady_clock::time_point next_ = std::chrono::steady_clock::now();
};

}  // namespace rehome::bench
