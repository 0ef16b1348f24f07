// SPDX-License-Identifier: Apache-2.0
// The steps Request State Store and Release State Store, and what keeps a lease between them.
#include <array>

#include "base/codec/base64.h"
#include "base/core/error.h"
#include "programs/server/internal/bodies.h"
#include "programs/server/internal/json_of.h"
#include "programs/server/internal/route.h"
#include "site/computers.h"
#include "site/lease_owner.h"

namespace rehome::server {
namespace {

constexpr std::uint64_t kMostReleaseBytes = std::uint64_t{4} << 20;  // of kMostAccounts accounts
constexpr std::int64_t kMost = INT64_MAX;

Json::Object describe(const site::Lease& lease) {
  return {{"lease", lease.id},
          {"heartbeat_seconds", lease.heartbeat_seconds},
          {"lease_seconds", lease.lease_seconds},
          {"store", lease.store},
          {"vault", lease.vault},
          {"smp", lease.point},
          {"folder", lease.folder},
          {"blobs", "/api/v1/vaults/" + lease.vault},
          {"in_place", lease.in_place},
          {"behaviour", name_of(lease.behaviour)},
          {"accounts", json_of(lease.accounts)},
          {"resume", lease.resume}};
}

http::Response request_capture(Call& call, std::int64_t estimated_bytes) {
  const site::CaptureLease lease =
      site::request_capture(call.site(), call.client, static_cast<std::uint64_t>(estimated_bytes));
  Json::Object answer = describe(lease.lease);
  answer.push_back({"vault_key", to_base64(lease.vault_key.view())});
  answer.push_back({"recovery_key", to_base64(lease.recovery_key)});
  return json_response(std::move(answer));
}

http::Response request_restore(Call& call) {
  const site::RestoreLease lease = site::request_restore(call.site(), call.client);
  Json::List keys, accounts;
  for (const site::AccountKey& key : lease.keys) {
    keys.push_back(Json::Object{{"number", key.number}, {"key", to_base64(key.key.view())}});
  }
  for (const site::CapturedAccount& account : lease.known_accounts) {
    accounts.push_back(Json::Object{{"number", account.number}, {"name", account.name}});
  }
  Json::Object answer = describe(lease.lease);
  answer.push_back({"capture", lease.capture});
  answer.push_back({"keys", std::move(keys)});
  answer.push_back({"known_accounts", std::move(accounts)});
  return json_response(std::move(answer));
}

http::Response request_state_store(Call& call) {
  JsonBody body(call.request);
  const std::string purpose = body->text("purpose", kLongestName);
  const std::int64_t estimated_bytes = body->optional_integer("estimated_bytes", 0, kMost).value_or(0);
  body->optional_integer("retry", 0, kMost);
  if (call.client.network_token) {
    call.client.computer = site::find_computer(call.site(), body->text("computer", kLongestName)).id;
  }
  body.end();
  if (purpose == "capture") return request_capture(call, estimated_bytes);
  if (purpose == "restore") return request_restore(call);
  throw Error(ErrorCode::invalid_argument, "request.purpose must be capture or restore");
}

/// With a network access token only the lease says whose it is.
const std::string& lease_of(Call& call) {
  if (call.client.network_token) {
    call.client.computer = site::computer_of_lease(call.site(), call.arguments[0]).value_or("");
  }
  return call.arguments[0];
}

http::Response keep_lease(Call& call) {
  JsonBody body(call.request);
  const site::Heartbeat heartbeat{.phase = body->text("phase", kLongestName),
                                  .objects = body->integer("objects", 0, kMost),
                                  .bytes = body->integer("bytes", 0, kMost),
                                  .expected_bytes = body->integer("expected_bytes", 0, kMost)};
  const std::string user = body->optional_text("user", kLongestName).value_or("");
  body.end();
  const std::string& lease = lease_of(call);
  const std::int64_t seconds = site::keep_lease(call.site(), call.client, lease, heartbeat);
  const std::string name = site::computer(call.site(), call.client.computer).name;
  call.world.events.publish("progress", to_text(Json::Object{{"lease", lease},
                                                             {"computer", call.client.computer},
                                                             {"computer_name", name},
                                                             {"phase", heartbeat.phase},
                                                             {"objects", heartbeat.objects},
                                                             {"bytes", heartbeat.bytes},
                                                             {"expected_bytes", heartbeat.expected_bytes},
                                                             {"user", user}}));
  return json_response(Json::Object{{"lease_seconds", seconds}});
}

std::vector<site::CapturedAccount> read_accounts(JsonFields& fields) {
  std::vector<site::CapturedAccount> accounts;
  for (JsonFields& item : fields.objects("accounts", kMostAccounts)) {
    site::CapturedAccount& account = accounts.emplace_back();
    account.number = static_cast<std::uint32_t>(item.integer("number", 0, UINT32_MAX));
    account.name = item.text("name", kLongestName);
    account.uid = item.optional_integer("uid", 0, UINT32_MAX);
    account.sid = item.optional_text("sid", kLongestName);
    if (account.sid && account.sid->empty()) account.sid.reset();
    item.refuse_unknown();
  }
  return accounts;
}

http::Response release_lease(Call& call) {
  JsonBody body(call.request);
  const site::Release release{.outcome = site::outcome_of(body->text("outcome", kLongestName)),
                              .capture = body->optional_text("capture", kLongestName).value_or(""),
                              .accounts = read_accounts(*body),
                              .objects = body->integer("objects", 0, kMost),
                              .bytes = body->integer("bytes", 0, kMost),
                              .errors = body->integer("errors", 0, kMost),
                              .losses = body->integer("losses", 0, kMost),
                              .message = body->optional_text("message", kLongestText).value_or("")};
  body.end();
  const std::string& lease = lease_of(call);
  const site::Released released = site::release_lease(call.site(), call.client, lease, release);
  call.world.blobs.forget(lease);
  call.world.writes.forget(lease);
  if (released.delete_now) call.world.wake_housekeeping();
  return json_response(Json::Object{{"state", name_of(released.state)}});
}

}  // namespace

RouteTable lease_routes() {
  static constexpr std::array kRoutes = {
      Route{"POST", "/api/v1/agent/state-store", Who::client, request_state_store},
      Route{"POST", "/api/v1/agent/leases/{lease}/heartbeat", Who::client, keep_lease},
      Route{"POST", "/api/v1/agent/leases/{lease}/release", Who::client, release_lease, kMostReleaseBytes},
  };
  return kRoutes;
}

}  // namespace rehome::server
