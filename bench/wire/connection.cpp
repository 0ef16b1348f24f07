// SPDX-License-Identifier: Apache-2.0
#include "wire/connection.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>
#include <charconv>
#include <netinet/tcp.h>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace rehome::bench {
namespace {

constexpr std::size_t kBuffer = std::size_t{64} * 1024;
constexpr std::size_t kLongestHead = std::size_t{16} * 1024;

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

int connect_to(std::uint16_t port) {
  const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) fail("no socket is left");
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return descriptor;
  ::close(descriptor);
  fail("the server takes no connection");
}

/// 0 where there is no such field.
std::uint64_t content_length(std::string_view head) {
  std::string lower(head);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  constexpr std::string_view kField = "\r\ncontent-length: ";
  const std::size_t start = lower.find(kField);
  std::uint64_t length = 0;
  if (start == std::string::npos) return length;
  const char* const digits = lower.data() + start + kField.size();
  std::from_chars(digits, lower.data() + lower.size(), length);
  return length;
}

}  // namespace

TlsContext make_tls_context(const std::string& certificate, const std::string& key) {
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) fail("OpenSSL offers no TLS");
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  // One cipher for all, whatever each server would choose.
  SSL_CTX_set_ciphersuites(context.get(), "TLS_AES_128_GCM_SHA256");
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_default_read_buffer_len(context.get(), kBuffer);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  if (!certificate.empty() && (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
                               SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)) {
    fail("the client's certificate or key cannot be used");
  }
  return context;
}

Connection::Connection(const Endpoint& endpoint)
    : endpoint_(endpoint), socket_(connect_to(endpoint.port)), buffer_(kBuffer) {
  if (endpoint_.tls == nullptr) return;
  ssl_.reset(SSL_new(endpoint_.tls));
  if (ssl_ && SSL_set_fd(ssl_.get(), socket_) == 1 && SSL_connect(ssl_.get()) == 1) return;
  ::close(socket_);
  fail("the server shakes no hands");
}

Connection::~Connection() {
  if (ssl_) SSL_shutdown(ssl_.get());
  ::close(socket_);
}

Answer Connection::request(std::string_view head, std::span<const std::uint8_t> body) {
  write_all({reinterpret_cast<const std::uint8_t*>(head.data()), head.size()});
  write_all(body);
  Answer answer;
  std::uint64_t come = 0;
  const std::string answered = receive_head(come);
  std::from_chars(answered.data() + std::min<std::size_t>(9, answered.size()), answered.data() + answered.size(),
                  answer.status);
  answer.body_bytes = content_length(answered);
  while (come < answer.body_bytes) come += read_some(buffer_);
  if (come != answer.body_bytes) fail("the answer is longer than announced");
  return answer;
}

/// With its last line's end; what came of the body is only counted.
std::string Connection::receive_head(std::uint64_t& body_bytes) {
  std::string text;
  for (;;) {
    text.append(reinterpret_cast<const char*>(buffer_.data()), read_some(buffer_));
    const std::size_t end = text.find("\r\n\r\n");
    if (end != std::string::npos) {
      body_bytes = text.size() - end - 4;
      text.resize(end + 2);
      return text;
    }
    if (text.size() > kLongestHead) fail("the head of the answer has no end");
  }
}

void Connection::write_all(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const auto piece = endpoint_.bytes_per_second == 0 ? bytes : bytes.first(std::min(bytes.size(), kBuffer));
    const auto size = static_cast<int>(piece.size());
    const auto count = ssl_ ? static_cast<ssize_t>(SSL_write(ssl_.get(), piece.data(), size))
                            : ::send(socket_, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (count <= 0) fail("the server takes no more");
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    pace(static_cast<std::uint64_t>(count));
  }
}

std::size_t Connection::read_some(std::span<std::uint8_t> out) {
  const auto count = ssl_ ? static_cast<ssize_t>(SSL_read(ssl_.get(), out.data(), static_cast<int>(out.size())))
                          : ::recv(socket_, out.data(), out.size(), 0);
  if (count <= 0) fail("the server broke off");
  pace(static_cast<std::uint64_t>(count));
  return static_cast<std::size_t>(count);
}

void Connection::pace(std::uint64_t moved) {
  if (endpoint_.bytes_per_second == 0) return;
  next_ += std::chrono::nanoseconds(moved * 1'000'000'000 / endpoint_.bytes_per_second);
  std::this_thread::sleep_until(next_);
}

}  // namespace rehome::bench
