// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/bodies.h"

#include <charconv>

#include "base/core/error.h"

namespace rehome::server {
namespace {

Json read_object(http::Request& request) {
  const std::string text = request.body.read_all();
  return text.empty() ? Json(Json::Object{}) : parse_json(text, "the request", {.depth = 8});
}

}  // namespace

std::string bearer_token(const http::Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view field = request.header("authorization");
  return std::string(field.starts_with(kScheme) ? field.substr(kScheme.size()) : std::string_view());
}

JsonBody::JsonBody(http::Request& request) : value_(read_object(request)), fields_(value_, "request") {}

http::Response json_response(const Json& value, int status) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = to_text(value)};
}

std::int64_t query_number(const http::Request& request, std::string_view name, std::int64_t otherwise) {
  const std::optional<std::string> text = request.target.parameter(name);
  if (!text) return otherwise;
  std::int64_t number = 0;
  const auto read = std::from_chars(text->data(), text->data() + text->size(), number);
  if (read.ec != std::errc() || read.ptr != text->data() + text->size()) {
    throw Error(ErrorCode::invalid_argument, "the parameter " + std::string(name) + " must be a number");
  }
  return number;
}

bool query_flag(const http::Request& request, std::string_view name) {
  const std::optional<std::string> text = request.target.parameter(name);
  if (!text || *text == "0" || *text == "false") return false;
  if (*text == "1" || *text == "true") return true;
  throw Error(ErrorCode::invalid_argument, "the parameter " + std::string(name) + " must be true or false");
}

std::int64_t query_limit(const http::Request& request) {
  const std::int64_t limit = query_number(request, "limit", 100);
  if (limit >= 1 && limit <= site::kLargestPage) return limit;
  throw Error(ErrorCode::invalid_argument,
              "the parameter limit must be a number from 1 to " + std::to_string(site::kLargestPage));
}

site::PageRequest page_request(const http::Request& request) {
  return {.after = request.target.parameter("after").value_or(""),
          .limit = query_limit(request),
          .search = request.target.parameter("search").value_or("")};
}

}  // namespace rehome::server
