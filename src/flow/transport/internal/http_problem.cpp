// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/http_problem.h"

#include <optional>
#include <string>

#include "base/codec/json_fields.h"
#include "model/outcome.h"

namespace rehome::transport {
namespace {

constexpr std::size_t kLongestMessage = 2000;
constexpr std::size_t kLongestCodeName = 40;
constexpr std::size_t kLongestLocation = 200;
constexpr JsonLimits kProblemLimits{.bytes = 64 * 1024, .depth = 8, .values = 100};

std::optional<ErrorCode> code_named(std::string_view name) {
  for (int number = 0; number <= static_cast<int>(ErrorCode::limit_exceeded); ++number) {
    const auto code = static_cast<ErrorCode>(number);
    if (name_of(code) == name) return code;
  }
  return std::nullopt;
}

/// A newer server may know codes that this program does not: the status then decides on the code alone.
std::optional<Error> explanation_of(const HttpResponse& response, ErrorCode code_of_status) {
  try {
    const Json body = parse_json(as_text(response.body), "the answer", kProblemLimits);
    JsonFields fields(body, "answer");
    const std::string name = fields.text("error", kLongestCodeName);
    const std::string message = fields.text("message", kProblemLimits.bytes).substr(0, kLongestMessage);
    return Error(code_named(name).value_or(code_of_status), printable(message));
  } catch (const Error&) {
    return std::nullopt;  // not one of our servers, or something between
  }
}

struct StatusMeaning {
  int first, last;
  ErrorCode code;
  const char* text;
};

constexpr StatusMeaning kMeanings[] = {
    {300, 399, ErrorCode::refused, "redirects are not followed: use the final address"},
    {401, 401, ErrorCode::permission_denied, "this computer is not known there: enrol it"},
    {403, 403, ErrorCode::permission_denied, "this computer may not do that"},
    {404, 404, ErrorCode::not_found, "there is no such thing"},
    {407, 407, ErrorCode::permission_denied, "the proxy wants a user name and password"},
    {409, 409, ErrorCode::already_exists, "it is in the way of something that exists"},
    {412, 412, ErrorCode::already_exists, "it exists already"},
    {413, 413, ErrorCode::limit_exceeded, "it is too large"},
    {416, 416, ErrorCode::corrupt, "it has no such range: it was cut short"},
    {400, 499, ErrorCode::invalid_argument, "the request is not understood: check the versions of both programs"},
    {507, 507, ErrorCode::no_space, "the server is full"},
    {500, 599, ErrorCode::unreachable, "the server failed: look into its log"},
};

}  // namespace

Error problem_of(const HttpResponse& response, std::string_view server) {
  StatusMeaning meaning{0, 999, ErrorCode::corrupt, "that is no answer of a Rehome server: check the address"};
  for (const StatusMeaning& row : kMeanings) {
    if (response.status < row.first || response.status > row.last) continue;
    meaning = row;
    break;
  }
  if (const std::optional<Error> explained = explanation_of(response, meaning.code)) return *explained;
  std::string text = std::string(server) + " answers with status " + std::to_string(response.status);
  if (const auto location = response.headers.find("location"); location != response.headers.end()) {
    text += " and sends to " + printable(location->second.substr(0, kLongestLocation));
  }
  return {meaning.code, text + ": " + meaning.text};
}

}  // namespace rehome::transport
