// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client that sends what a test wants byte for byte, whether it is HTTP or not. Blocking, with a limit on every wait;
// one thread for each object.

#include <arpa/inet.h>
#include <csignal>
#include <memory>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/socket.h>

#include "base/core/bytes.h"
#include "base/core/platform/fd.h"

namespace rehome::testing {

/// A TCP connection without TLS.
inline platform::UniqueFd connect_socket(std::uint16_t port, int receive_buffer = 0) {
  std::signal(SIGPIPE, SIG_IGN);
  platform::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (receive_buffer > 0) ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
  const timeval limit{.tv_sec = 20, .tv_usec = 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const int at_once = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    throw std::runtime_error("the test cannot connect");
  }
  return fd;
}

class TlsClient {
 public:
  struct Options {
    std::string certificate{};  // PEM; "" shows none
    std::string private_key{};
    int receive_buffer = 0;  // of the socket; 0: the system's choice
    bool tls_1_2 = false;
  };
  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
  };

  explicit TlsClient(std::uint16_t port) : TlsClient(port, Options{}) {}
  TlsClient(std::uint16_t port, const Options& options) : socket_(connect_socket(port, options.receive_buffer)) {
    context_.reset(SSL_CTX_new(TLS_client_method()));
    if (options.tls_1_2) SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
    if (!options.certificate.empty()) use(options);
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.get());
    is_open_ = SSL_connect(ssl_.get()) == 1;
  }

  /// Whether the handshake went well, as far as this side knows.
  bool is_open() const { return is_open_; }

  /// False where the other side takes no more.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const int count =
          SSL_write(ssl_.get(), text.data(), static_cast<int>(std::min<std::size_t>(text.size(), 1 << 20)));
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  /// Adds what comes next to the received text; false at the end.
  bool receive_more() {
    char buffer[65536];
    const int count = SSL_read(ssl_.get(), buffer, sizeof buffer);
    if (count > 0) received_.append(buffer, static_cast<std::size_t>(count));
    return count > 0;
  }
  std::string receive_all() {
    while (receive_more()) {
    }
    return received_;
  }
  /// Whether `text` comes before the connection ends.
  bool receives(std::string_view text) {
    while (received_.find(text) == std::string::npos) {
      if (!receive_more()) return false;
    }
    return true;
  }
  /// The next response; status 0 where the connection ends before its end. `has_body`: not after a HEAD.
  Answer receive_answer(bool has_body = true) {
    if (!receives("\r\n\r\n")) return {};
    Answer answer;
    const std::size_t end = received_.find("\r\n\r\n") + 4;
    answer.head = received_.substr(0, end);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::size_t field = answer.head.find("Content-Length: ");
    std::size_t size = 0;
    if (has_body && field != std::string::npos) size = std::stoul(answer.head.substr(field + 16));
    while (received_.size() < end + size) {
      if (!receive_more()) return {};
    }
    answer.body = received_.substr(end, size);
    received_.erase(0, end + size);
    return answer;
  }
  Answer exchange(std::string_view request) {
    send(request);
    return receive_answer();
  }
  void close() { socket_ = platform::UniqueFd(); }

 private:
  struct Free {
    void operator()(SSL_CTX* p) const { SSL_CTX_free(p); }
    void operator()(SSL* p) const { SSL_free(p); }
    void operator()(BIO* p) const { BIO_free(p); }
    void operator()(X509* p) const { X509_free(p); }
    void operator()(EVP_PKEY* p) const { EVP_PKEY_free(p); }
  };
  template <typename T>
  using Ptr = std::unique_ptr<T, Free>;

  void use(const Options& options) {
    const Ptr<BIO> certificate(BIO_new_mem_buf(options.certificate.data(), -1));
    const Ptr<X509> x509(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
    const Ptr<BIO> key(BIO_new_mem_buf(options.private_key.data(), static_cast<int>(options.private_key.size())));
    const Ptr<EVP_PKEY> private_key(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
    SSL_CTX_use_certificate(context_.get(), x509.get());
    SSL_CTX_use_PrivateKey(context_.get(), private_key.get());
  }

  platform::UniqueFd socket_;
  Ptr<SSL_CTX> context_;
  Ptr<SSL> ssl_;
  bool is_open_ = false;
  std::string received_;
};

}  // namespace rehome::testing
