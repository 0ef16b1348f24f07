// SPDX-License-Identifier: Apache-2.0
#include "programs/site_client/state_store.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/core/error.h"
#include "model/outcome.h"
#include "programs/site_client/site_call.h"

namespace rehome::site_client {

namespace {

constexpr std::int64_t kLongestLeaseSeconds = 7 * 24 * 3600;
constexpr std::int64_t kHighestAccountNumber = UINT32_MAX;

constexpr std::array kPurposes = {std::pair{Purpose::capture, "capture"}, std::pair{Purpose::restore, "restore"}};
constexpr std::array kBehaviours = {std::pair{Behaviour::all, "all"},
                                    std::pair{Behaviour::restore_specified, "restore-specified"},
                                    std::pair{Behaviour::specified, "specified"}};

Behaviour read_behaviour(JsonFields& fields) {
  const std::string name = fields.text("behaviour", kLongestName);
  for (const auto& [behaviour, text] : kBehaviours) {
    if (name == text) return behaviour;
  }
  throw Error(ErrorCode::unsupported_version, "the accounts setting " + printable(name) + " is not known here");
}

std::chrono::seconds read_seconds(JsonFields& fields, std::string_view name) {
  return std::chrono::seconds(fields.integer(name, 1, kLongestLeaseSeconds));
}

AccountNumber read_number(JsonFields& fields) {
  return static_cast<AccountNumber>(fields.integer("number", 0, kHighestAccountNumber));
}

void read_capture(JsonFields& fields, StateStoreGrant& grant) {
  grant.vault_key = read_key(fields, "vault_key");
  const Secret recovery_key = read_key(fields, "recovery_key");
  std::ranges::copy(recovery_key.view(), grant.recovery_key.begin());
}

void read_restore(JsonFields& fields, StateStoreGrant& grant) {
  grant.capture = read_vault_id(fields, "capture");
  grant.keys = read_account_keys(fields);
  for (JsonFields& item : fields.objects("known_accounts", kMostAccounts)) {
    grant.known_accounts.emplace(read_number(item), item.text("name", kLongestName));
  }
}

StateStoreGrant read_grant(JsonFields& fields, Purpose purpose) {
  StateStoreGrant grant;
  grant.lease = read_site_id(fields, "lease", 'l');
  grant.store = read_site_id(fields, "store", 's');
  grant.vault = read_vault_id(fields, "vault");
  grant.smp = fields.text("smp", kLongestName);
  grant.folder = fields.text("folder", kLongestText);
  grant.heartbeat = read_seconds(fields, "heartbeat_seconds");
  grant.lasts = read_seconds(fields, "lease_seconds");
  grant.blobs = fields.text("blobs", kLongestName);
  if (grant.blobs != "/api/v1/vaults/" + grant.vault) {
    throw Error(ErrorCode::invalid_argument, "its blobs are not where those of its vault are");
  }
  grant.in_place = fields.boolean("in_place");
  grant.resume = fields.boolean("resume");
  grant.behaviour = read_behaviour(fields);
  grant.accounts = fields.texts("accounts", kMostAccounts, kLongestName);
  if (grant.behaviour == Behaviour::specified && grant.accounts.empty()) {
    throw Error(ErrorCode::invalid_argument, "it names no account though only specified ones are meant");
  }
  purpose == Purpose::capture ? read_capture(fields, grant) : read_restore(fields, grant);
  return grant;
}

std::string lease_path(const std::string& lease, const char* action) {
  return "/api/v1/agent/leases/" + lease + "/" + action;
}

Json to_json(const std::vector<ReleasedAccount>& accounts) {
  Json::List list;
  for (const ReleasedAccount& account : accounts) {
    list.push_back(
        Json::Object{{"number", account.number}, {"name", account.name}, {"uid", account.uid}, {"sid", account.sid}});
  }
  return list;
}

}  // namespace

std::string_view name_of(Purpose purpose) { return kPurposes[static_cast<std::size_t>(purpose)].second; }

Purpose purpose_named(std::string_view name) {
  for (const auto& [purpose, text] : kPurposes) {
    if (name == text) return purpose;
  }
  throw Error(ErrorCode::invalid_argument,
              "a state store is requested for capture or for restore, not for " + printable(name));
}

std::string_view name_of(Behaviour behaviour) { return kBehaviours[static_cast<std::size_t>(behaviour)].second; }

std::vector<AccountKey> read_account_keys(JsonFields& fields) {
  std::vector<AccountKey> keys;
  std::set<AccountNumber> numbers;
  for (JsonFields& item : fields.objects("keys", kMostAccounts)) {
    AccountKey key{.number = read_number(item), .key = read_key(item, "key")};
    if (!numbers.insert(key.number).second) throw Error(ErrorCode::invalid_argument, "it has two keys for one account");
    keys.push_back(std::move(key));
  }
  return keys;
}

StateStoreGrant request_state_store(transport::HttpClient& client, const StateStoreRequest& request) {
  Json::Object body = {{"purpose", name_of(request.purpose)}, {"estimated_bytes", request.estimated_bytes}};
  if (request.retry > 0) body.push_back({"retry", request.retry});
  if (!request.computer.empty()) body.push_back({"computer", request.computer});
  StateStoreGrant grant;
  call(client, {.path = "/api/v1/agent/state-store", .body = std::move(body)},
       [&](JsonFields& fields) { grant = read_grant(fields, request.purpose); });
  return grant;
}

std::chrono::seconds send_heartbeat(transport::HttpClient& client, const std::string& lease, const Heartbeat& beat) {
  const Json body = Json::Object{{"phase", beat.phase},
                                 {"objects", beat.objects},
                                 {"bytes", beat.bytes},
                                 {"expected_bytes", beat.expected_bytes},
                                 {"user", beat.user}};
  std::chrono::seconds lasts{};
  call(client, {.path = lease_path(lease, "heartbeat"), .body = body},
       [&](JsonFields& fields) { lasts = read_seconds(fields, "lease_seconds"); });
  return lasts;
}

std::string release_state_store(transport::HttpClient& client, const std::string& lease, const Release& release) {
  Json body =
      Json::Object{{"outcome", release.outcome}, {"capture", release.capture}, {"accounts", to_json(release.accounts)},
                   {"objects", release.objects}, {"bytes", release.bytes},     {"errors", release.errors},
                   {"losses", release.losses},   {"message", release.message}};
  std::string state;
  call(client, {.path = lease_path(lease, "release"), .body = std::move(body)},
       [&](JsonFields& fields) { state = fields.text("state", kLongestName); });
  return state;
}

}  // namespace rehome::site_client
