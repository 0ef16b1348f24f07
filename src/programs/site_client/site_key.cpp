// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/site_key.h"

#include <algorithm>

#include "base/codec/base64.h"
#include "base/codec/json_fields.h"
#include "base/core/error.h"
#include "programs/site_client/site_call.h"

namespace rehome::site_client {

namespace {

SiteKeys read_keys(JsonFields& fields) {
  SiteKeys keys;
  if (fields.has("vault_key")) keys.vault_key = read_key(fields, "vault_key");
  if (fields.has("keys")) keys.account_keys = read_account_keys(fields);
  if (keys.vault_key.empty() == keys.account_keys.empty()) {
    throw Error(ErrorCode::invalid_argument, "\"" + fields.path() + "\" must have a vault key, or keys of accounts");
  }
  return keys;
}

}  // namespace

RecoveryInformation recovery_information(transport::HttpClient& client, const std::string& association,
                                         const std::string& why) {
  RecoveryInformation information;
  call(client,
       {.method = transport::HttpMethod::get,
        .path = "/api/v1/associations/" + association + "/recovery",
        .query = {{"why", why}}},
       [&](JsonFields& fields) {
         information.store = read_site_id(fields, "store", 's');
         information.vault = read_vault_id(fields, "vault");
         information.capture = fields.optional_text("capture", kLongestName).value_or("");
         information.smp = fields.text("smp", kLongestName);
         information.folder = fields.text("folder", kLongestText);
         information.keys = read_keys(fields);
       });
  return information;
}

Secret text_of_site_keys(const std::string& vault, const SiteKeys& keys) {
  Json::Object document = {{"vault", vault}};
  if (!keys.vault_key.empty()) document.push_back({"vault_key", to_base64(keys.vault_key.view())});
  if (!keys.account_keys.empty()) {
    Json::List list;
    for (const AccountKey& key : keys.account_keys) {
      list.push_back(Json::Object{{"number", key.number}, {"key", to_base64(key.key.view())}});
    }
    document.push_back({"keys", std::move(list)});
  }
  std::string text = to_text(document) + "\n";
  Secret secret(as_bytes(text));
  std::ranges::fill(text, '\0');
  return secret;
}

SiteKeys parse_site_keys(const Secret& text, const std::string& what) {
  const Json json = parse_json(as_text(text.view()), what);
  JsonFields fields(json, "key file");
  return read_keys(fields);
}

}  // namespace rehome::site_client
