// SPDX-License-Identifier: Apache-2.0
#include "base/http_server/response.h"

#include "base/codec/json.h"

namespace rehome::http {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
    case ErrorCode::incomplete:
      return 400;
    case ErrorCode::permission_denied:
    case ErrorCode::wrong_key:
    case ErrorCode::refused:
      return 403;
    case ErrorCode::not_found:
      return 404;
    case ErrorCode::already_exists:
    case ErrorCode::busy:
      return 409;
    case ErrorCode::limit_exceeded:
      return 413;
    case ErrorCode::unsupported:
    case ErrorCode::unsupported_version:
      return 422;
    case ErrorCode::cancelled:
    case ErrorCode::unreachable:
      return 503;
    case ErrorCode::no_space:
    case ErrorCode::read_only:
      return 507;
    case ErrorCode::io:
    case ErrorCode::corrupt:
      return 500;
  }
  return 500;
}

Response problem(int status, const Error& error) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"}},
          .body = to_text(Json::Object{{"error", name_of(error.code())}, {"message", error.message()}})};
}

Response problem(const Error& error) { return problem(status_of(error.code()), error); }

}  // namespace rehome::http
