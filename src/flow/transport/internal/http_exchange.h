// SPDX-License-Identifier: Apache-2.0
#pragma once
// One attempt at one request: what libcurl asks for and what it delivers. In: a request. Out: its response, or why
// there is none. Belongs to the one thread that makes the attempt.

#include <curl/curl.h>
#include <exception>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "flow/transport/http_client.h"
#include "flow/transport/internal/curl_handle.h"
#include "flow/transport/internal/rate_limit.h"

namespace rehome::transport {

class HttpExchange {
 public:
  struct Flow {
    RateLimit& upload;
    RateLimit& download;
    /// Pauses; false where the user asked to stop.
    std::function<bool(std::chrono::nanoseconds)> pause;
  };

  HttpExchange(const HttpRequest& request, Flow flow) : request_(request), flow_(std::move(flow)) {}
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;

  using Headers = std::vector<std::pair<std::string, std::string>>;
  /// Sets what depends on the request; the connection's options are set already. `common`: headers of every request.
  void prepare(CURL* handle, const std::string& url, const Headers& common);
  /// Throws what the caller's reader threw, Error(cancelled), and Error(limit_exceeded) for an answer that is too
  /// large.
  CURLcode perform(CURL* handle);

  /// After perform() gave CURLE_OK.
  HttpResponse take_response() { return std::move(response_); }
  /// Whether the caller was given a part of the body already.
  bool has_given() const { return given_; }
  int times_sent() const { return response_.times_sent; }
  /// libcurl's own words about a failure.
  const char* failure() const { return failure_; }

 private:
  static std::size_t on_header(char* text, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* self);
  static std::size_t on_send(char* out, std::size_t, std::size_t room, void* self);
  static int on_rewind(void* self, curl_off_t offset, int origin);
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t);
  static int on_request(void* self, char*, char*, int, int);

  std::size_t take_header(std::string_view line);
  std::size_t take_body(ByteView bytes);
  bool keep_body(ByteView bytes);
  bool give_away(ByteView bytes);
  std::size_t give_body(std::span<std::uint8_t> out);
  void add_headers(const Headers& headers);
  void set_method(CURL* handle);
  std::uint64_t body_size() const { return request_.body.read ? request_.body.size : request_.body.bytes.size(); }
  std::uint64_t most_body_bytes() const;

  const HttpRequest& request_;
  Flow flow_;
  HttpResponse response_;
  CurlList headers_;
  std::uint64_t sent_ = 0;
  std::size_t header_bytes_ = 0;
  bool too_large_ = false;
  bool stopped_ = false;
  bool given_ = false;
  bool ended_by_taker_ = false;
  std::exception_ptr callback_failure_;
  char failure_[CURL_ERROR_SIZE] = {};
};

}  // namespace rehome::transport
