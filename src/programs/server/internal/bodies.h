// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the routes share: JSON in, JSON out, paging. Any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/codec/json.h"
#include "base/codec/json_fields.h"
#include "base/http_server/request.h"
#include "base/http_server/response.h"
#include "site/page.h"

namespace rehome::server {

constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostAccounts = 10'000;

/// "" where there is none.
std::string bearer_token(const http::Request& request);

/// The body of a request: one JSON object, or nothing, which is an empty one.
class JsonBody {
 public:
  explicit JsonBody(http::Request& request);
  JsonFields* operator->() { return &fields_; }
  JsonFields& operator*() { return fields_; }
  /// To be called when all fields were read and before anything is done.
  void end() const { fields_.refuse_unknown(); }

 private:
  Json value_;
  JsonFields fields_;
};

http::Response json_response(const Json& value, int status = 200);

/// ?after=&limit=&search=
/// How many items a page may have. Error(invalid_argument) where that makes no sense.
std::int64_t query_limit(const http::Request& request);
site::PageRequest page_request(const http::Request& request);
/// "true" or "1".
bool query_flag(const http::Request& request, std::string_view name);
std::int64_t query_number(const http::Request& request, std::string_view name, std::int64_t otherwise);

}  // namespace rehome::server
