// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a site grants a computer that asks for a state store: a lease on a vault, and the keys it needs for the one
// purpose it asked for. In: the purpose. Out: checked values; the keys are nowhere but in them. Any thread may call.

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/json_fields.h"
#include "base/codec/sealed_box.h"
#include "base/codec/secret.h"
#include "flow/transport/http_client.h"
#include "model/location.h"

namespace rehome::site_client {

enum class Purpose { capture, restore };
std::string_view name_of(Purpose purpose);
/// Throws Error(invalid_argument).
Purpose purpose_named(std::string_view name);

/// Which accounts an association is about.
enum class Behaviour { all, restore_specified, specified };
std::string_view name_of(Behaviour behaviour);

struct StateStoreRequest {
  Purpose purpose = Purpose::capture;
  std::uint64_t estimated_bytes = 0;  // 0: not known
  int retry = 0;                      // how often it was asked before
  std::string computer;               // only with a network access token, which does not say who asks
};

struct AccountKey {
  AccountNumber number = kSystemAccount;
  Secret key;
};

/// The field "keys" of an object: one key for each account at most.
std::vector<AccountKey> read_account_keys(JsonFields& fields);

struct StateStoreGrant {
  std::string lease, store, vault, smp, folder;
  std::string blobs;  // the path below which the vault's blobs are
  std::chrono::seconds heartbeat{};
  std::chrono::seconds lasts{};  // without a heartbeat
  bool in_place = false;
  bool resume = false;
  Behaviour behaviour = Behaviour::all;
  std::vector<std::string> accounts;  // that it is about; empty: all

  Secret vault_key;          // for a capture
  PublicKey recovery_key{};  // for a capture: of the site, and no secret

  std::string capture;           // for a restore: which
  std::vector<AccountKey> keys;  // for a restore
  std::map<AccountNumber, std::string> known_accounts;
};

/// Asking again gives the same lease. Errors of the site: not_found, no_space, refused, busy.
StateStoreGrant request_state_store(transport::HttpClient& client, const StateStoreRequest& request);

struct Heartbeat {
  std::string phase;
  std::uint64_t objects = 0, bytes = 0, expected_bytes = 0;
  std::string user;
};
/// How long the lease lasts from now. Error(not_found): it is lost.
std::chrono::seconds send_heartbeat(transport::HttpClient& client, const std::string& lease, const Heartbeat& beat);

struct ReleasedAccount {
  AccountNumber number = kSystemAccount;
  std::string name;
  std::uint32_t uid = 0;
  std::string sid;
};

struct Release {
  std::string outcome;  // "captured", "restored", "failed" or "abandoned"
  std::string capture;
  std::vector<ReleasedAccount> accounts;
  std::uint64_t objects = 0, bytes = 0, errors = 0, losses = 0;
  std::string message;
};
/// The state in which the store is then.
std::string release_state_store(transport::HttpClient& client, const std::string& lease, const Release& release);

}  // namespace rehome::site_client
