// SPDX-License-Identifier: Apache-2.0
#pragma once
// The grammar of HTTP/1.1 requests, over Boost.Beast's parser. In: hostile bytes in pieces. Out: one head, then its
// body. What is no HTTP throws Error(invalid_argument), what is too large Error(limit_exceeded); nothing that follows
// on the connection can be trusted then. One thread at a time, one request for each object.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/core/bytes.h"
#include "base/http_server/request.h"

namespace rehome::http {

struct RequestHead {
  std::string method;
  std::string target;  // as sent
  Headers headers;
  bool keep_alive = false;
  bool expects_continue = false;
};

class RequestParser {
 public:
  explicit RequestParser(std::size_t most_header_bytes);
  ~RequestParser();

  /// Takes what it can of `bytes` and returns how many.
  std::size_t put_head(ByteView bytes);
  bool has_head() const;
  RequestHead head() const;

  /// As announced; nullopt with chunks. 0 where there is no body.
  std::optional<std::uint64_t> body_size() const;
  /// To be called before put_body().
  void limit_body(std::uint64_t most_bytes);
  struct Step {
    std::size_t taken = 0;   // of the bytes that came in
    std::size_t filled = 0;  // of `out`
  };
  /// Takes bytes of the body. Where neither number is above 0, it needs more bytes.
  Step put_body(ByteView bytes, std::span<std::uint8_t> out);
  bool is_done() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace rehome::http
