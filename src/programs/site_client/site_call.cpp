// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/site_call.h"

#include <algorithm>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::site_client {

namespace {

constexpr std::uint64_t kLargestAnswer = std::uint64_t{4} << 20;
constexpr JsonLimits kAnswerLimits{.bytes = kLargestAnswer, .depth = 16, .values = 200'000};
constexpr std::size_t kDigitsOfSiteId = 16;
constexpr std::size_t kDigitsOfVaultId = 32;
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kLongestKeyText = 64;

bool are_hex_digits(std::string_view text, std::size_t count) {
  return text.size() == count && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

[[noreturn]] void refuse_field(const JsonFields& fields, std::string_view name, const char* must) {
  throw Error(ErrorCode::invalid_argument, "\"" + fields.path() + "." + std::string(name) + "\" must be " + must);
}

transport::HttpResponse send(transport::HttpClient& client, const SiteCall& call) {
  transport::HttpRequest request{.method = call.method, .path = call.path, .query = call.query};
  const std::string text = call.body.is_null() ? call.csv : to_text(call.body);
  if (!text.empty()) request.headers = {{"Content-Type", call.body.is_null() ? "text/csv" : "application/json"}};
  request.body.bytes = as_bytes(text);
  request.most_response_bytes = kLargestAnswer;
  request.expected = call.expected;
  return client.request(request);
}

/// For what an answer that cannot be read was thrown.
Error not_of_a_site(const transport::HttpClient& client, const SiteCall& call, const Error& error) {
  return {ErrorCode::corrupt, "what " + client.base_url() + call.path +
                                  " answers is not what a site of this version answers: " + printable(error.message())};
}

}  // namespace

Json ask(transport::HttpClient& client, const SiteCall& call) {
  transport::HttpResponse response = send(client, call);
  if (response.body.empty()) return {};
  try {
    Json answer = parse_json(as_text(response.body), "the answer", kAnswerLimits);
    std::ranges::fill(response.body, std::uint8_t{0});  // it may hold keys
    return answer;
  } catch (const Error& error) {
    throw not_of_a_site(client, call, error);
  }
}

void call(transport::HttpClient& client, const SiteCall& call, const std::function<void(JsonFields&)>& read) {
  const Json answer = ask(client, call);
  try {
    JsonFields fields(answer, "answer");
    read(fields);
  } catch (const Error& error) {
    throw not_of_a_site(client, call, error);
  }
}

void call(transport::HttpClient& client, const SiteCall& call) { send(client, call); }

bool is_path_part(std::string_view text) {
  return text.find('/') == std::string_view::npos && text.find_first_not_of('.') != std::string_view::npos;
}

bool is_path_end(std::string_view text) {
  if (!text.starts_with('/')) return is_path_part(text);
  while (!text.empty()) {
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find('/'), text.size());
    if (!is_path_part(text.substr(0, end))) return false;
    text.remove_prefix(end);
  }
  return true;
}

bool is_site_id(std::string_view text, char kind) {
  return text.size() == 2 + kDigitsOfSiteId && text[0] == kind && text[1] == '-' &&
         are_hex_digits(text.substr(2), kDigitsOfSiteId);
}

bool is_vault_id(std::string_view text) { return are_hex_digits(text, kDigitsOfVaultId); }

std::string read_site_id(JsonFields& fields, std::string_view name, char kind) {
  std::string id = fields.text(name, kLongestName);
  if (!is_site_id(id, kind)) refuse_field(fields, name, "an id of the site");
  return id;
}

std::string read_vault_id(JsonFields& fields, std::string_view name) {
  std::string id = fields.text(name, kLongestName);
  if (!is_vault_id(id)) refuse_field(fields, name, "32 hexadecimal digits");
  return id;
}

Secret read_key(JsonFields& fields, std::string_view name) {
  std::string text = fields.text(name, kLongestKeyText);
  std::optional<Secret> key = from_base64(text);
  wipe(text);
  if (!key || key->size() != kKeySize) refuse_field(fields, name, "a key of 32 bytes in Base64");
  return std::move(*key);
}

}  // namespace rehome::site_client
