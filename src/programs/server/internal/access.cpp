// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/access.h"

#include "base/core/error.h"
#include "programs/server/internal/bodies.h"
#include "site/lease_owner.h"

namespace rehome::server {
namespace {

http::Response unknown(const char* message) {
  http::Response response = http::problem(401, Error(ErrorCode::permission_denied, message));
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

http::Response forbidden(const char* message) { return http::problem(Error(ErrorCode::permission_denied, message)); }

bool is_computer(Call& call) {
  if (call.request.certificate == nullptr) return false;
  const auto computer = call.world.identities.computer_of(*call.request.certificate);
  if (!computer) return false;
  call.client = {.computer = computer->id, .address = call.request.peer_address};
  return true;
}

/// A network access token does not say which computer asks; the lease that it shows does.
bool has_network_access(Call& call) {
  const std::string token = bearer_token(call.request);
  if (token.empty()) return false;
  call.client.network_token = site::network_access_of_token(call.site(), token);
  if (!call.client.network_token) return false;
  call.client.address = call.request.peer_address;
  const std::string lease(call.request.header("rehome-lease"));
  if (!lease.empty()) call.client.computer = site::computer_of_lease(call.site(), lease).value_or("");
  return true;
}

site::Role least_role(Who who) {
  switch (who) {
    case Who::administrator:
      return site::Role::administrator;
    case Who::site_operator:
      return site::Role::site_operator;
    default:
      return site::Role::viewer;
  }
}

std::optional<http::Response> authorise_person(Call& call, Who who) {
  const std::string token = bearer_token(call.request);
  const auto account = token.empty() ? std::nullopt : site::account_of_token(call.site(), token);
  if (!account) return unknown("log in first: the token is missing, wrong or too old");
  if (account->role < least_role(who)) return forbidden("your role does not allow that: ask an administrator");
  call.account = *account;
  return std::nullopt;
}

std::optional<http::Response> authorise_recovery(Call& call) {
  if (auto refusal = authorise_person(call, Who::viewer)) return refusal;
  if (!call.account.may_recover) return forbidden("you have no right to see recovery information");
  return std::nullopt;
}

std::optional<http::Response> authorise_computer(Call& call, Who who) {
  if (is_computer(call)) return std::nullopt;
  if (who != Who::agent && has_network_access(call)) return std::nullopt;
  if (who == Who::reader && !bearer_token(call.request).empty()) return authorise_recovery(call);
  return unknown("this computer shows no certificate that is on record here: enrol it");
}

bool is_local(const http::Request& request) {
  return request.peer_address.starts_with("127.") || request.peer_address == "::1";
}

}  // namespace

std::optional<http::Response> authorise(Call& call, Who who) {
  switch (who) {
    case Who::anyone:
      return std::nullopt;
    case Who::agent:
    case Who::client:
    case Who::reader:
      return authorise_computer(call, who);
    case Who::watcher:
      if (is_local(call.request)) return std::nullopt;
      [[fallthrough]];
    default:
      return authorise_person(call, who);
  }
}

}  // namespace rehome::server
