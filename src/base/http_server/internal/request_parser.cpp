// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/internal/request_parser.h"

#include <algorithm>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/core/error.h"

namespace rehome::http {
namespace {

namespace beast_http = boost::beast::http;
using BeastString = boost::beast::string_view;
using BeastError = boost::beast::error_code;

void require_good(const BeastError& error) {
  if (!error || error == beast_http::error::need_more || error == beast_http::error::need_buffer) return;
  if (error == beast_http::error::header_limit || error == beast_http::error::body_limit) {
    throw Error(ErrorCode::limit_exceeded, "the request is larger than it may be here");
  }
  throw Error(ErrorCode::invalid_argument, "the request is no HTTP/1.1: " + error.message());
}

std::string lower_case(BeastString text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return lower;
}

}  // namespace

struct RequestParser::Parser : beast_http::request_parser<beast_http::buffer_body> {};

RequestParser::RequestParser(std::size_t most_header_bytes) : parser_(std::make_unique<Parser>()) {
  parser_->header_limit(static_cast<std::uint32_t>(most_header_bytes));
  parser_->body_limit(boost::none);  // which limit it is depends on the head
}

RequestParser::~RequestParser() = default;

std::size_t RequestParser::put_head(ByteView bytes) {
  BeastError error;
  const std::size_t taken = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  require_good(error);
  return taken;
}

bool RequestParser::has_head() const { return parser_->is_header_done(); }

RequestHead RequestParser::head() const {
  const auto& message = parser_->get();
  RequestHead head;
  head.method = message.method_string();
  head.target = message.target();
  for (const auto& field : message) {
    const auto [place, is_new] = head.headers.try_emplace(lower_case(field.name_string()), field.value());
    if (!is_new) place->second.append(", ").append(field.value());
  }
  const bool is_current = message.version() == 11;
  if (is_current && message.count(beast_http::field::host) != 1) {
    throw Error(ErrorCode::invalid_argument, "the request must have one header field Host");
  }
  head.keep_alive = message.keep_alive();
  head.expects_continue = is_current && lower_case(message[beast_http::field::expect]) == "100-continue";
  return head;
}

std::optional<std::uint64_t> RequestParser::body_size() const {
  if (parser_->chunked()) return std::nullopt;
  const auto length = parser_->content_length();
  return length ? *length : 0;
}

void RequestParser::limit_body(std::uint64_t most_bytes) {
  if (body_size().value_or(0) > most_bytes) require_good(beast_http::error::body_limit);
  parser_->body_limit(most_bytes);
  parser_->eager(true);
}

RequestParser::Step RequestParser::put_body(ByteView bytes, std::span<std::uint8_t> out) {
  auto& body = parser_->get().body();
  body.data = out.data();
  body.size = out.size();
  BeastError error;
  const std::size_t taken = parser_->put(boost::asio::const_buffer(bytes.data(), bytes.size()), error);
  require_good(error);
  return {.taken = taken, .filled = out.size() - body.size};
}

bool RequestParser::is_done() const { return parser_->is_done(); }

}  // namespace rehome::http
