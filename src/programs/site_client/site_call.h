// SPDX-License-Identifier: Apache-2.0
#pragma once
// One call of a site's API (docs/wire-protocol.md): JSON there and JSON back. In: a request of our own making. Out: the
// fields of the answer, hostile, of which the reader checks each; or the site's own refusal as an Error of its code.
// Any thread may call.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/codec/json.h"
#include "base/codec/json_fields.h"
#include "flow/transport/http_client.h"

namespace rehome::site_client {

struct SiteCall {
  transport::HttpMethod method = transport::HttpMethod::post;
  std::string path{};  // below the site's address, from "/api/v1/"
  std::vector<std::pair<std::string, std::string>> query{};
  Json body{};                  // null: none is sent
  std::string csv{};            // a body of another kind, instead
  std::vector<int> expected{};  // statuses besides 200 to 299 whose answer is wanted too
};

/// The answer as it is; null where it says nothing. Throws Error(corrupt) where it is not JSON.
Json ask(transport::HttpClient& client, const SiteCall& call);
/// Throws Error(corrupt) where the answer is not what `read` takes.
void call(transport::HttpClient& client, const SiteCall& call, const std::function<void(JsonFields&)>& read);
/// For calls whose answer says nothing.
void call(transport::HttpClient& client, const SiteCall& call);

constexpr std::size_t kLongestName = 256;
constexpr std::size_t kLongestText = 4096;
constexpr std::size_t kMostAccounts = 10'000;

/// A name or an id, which can stand between two '/' of a path; an absolute path (of a folder) at the end of one.
bool is_path_part(std::string_view text);
bool is_path_end(std::string_view text);
/// "c-0123456789abcdef" for 'c'.
bool is_site_id(std::string_view text, char kind);
bool is_vault_id(std::string_view text);
/// A field that must be such an id.
std::string read_site_id(JsonFields& fields, std::string_view name, char kind);
/// A field of 32 hexadecimal digits: a vault or a capture.
std::string read_vault_id(JsonFields& fields, std::string_view name);
/// A field that is a key of 32 bytes in Base64.
Secret read_key(JsonFields& fields, std::string_view name);

}  // namespace rehome::site_client
