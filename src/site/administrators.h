// SPDX-License-Identifier: Apache-2.0
#pragma once
// People and programs that manage the site: passwords (Argon2id), sessions, API tokens, and the tokens of network
// access. Tokens are 256 random bits, stored hashed.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/codec/secret.h"
#include "site/site.h"

namespace rehome::site {

/// Each may what the one before may.
enum class Role { viewer, site_operator, administrator };
std::string_view name_of(Role role);  // "viewer", "operator", "administrator"
Role role_of(std::string_view name);  // Error(invalid_argument)

/// Who a request comes from.
struct Account {
  std::string user = {};
  Role role = Role::viewer;
  bool may_recover = false;
};

/// Nobody gives rights that he has not, nor changes or removes a user who has more: Error(refused). An API token counts
/// as what it may itself.

/// Error(already_exists). Passwords have 8 to 1024 bytes.
void add_user(const Site& site, const Account& account, const Secret& password, const Account& by);
std::vector<Account> list_users(const Site& site);
/// Sessions and tokens of the user end. Error(refused) for the last administrator.
void remove_user(const Site& site, const std::string& user, const Account& by);
/// Ends the user's sessions; forgets wrong passwords.
void set_password(const Site& site, const std::string& user, const Secret& password, const Account& by);

struct Session {
  Account account = {};
  std::string token = {};
  std::int64_t expires = 0;
};
constexpr std::int64_t kSessionSeconds = 12 * 3600;
/// After this many wrong passwords in a row a user must wait before the next, longer each time, a quarter of an hour at
/// most; nothing is computed meanwhile.
constexpr std::int64_t kFreeAttempts = 5;
/// Error(permission_denied) for a wrong name or password, without saying which; Error(busy) while it must wait.
Session log_in(const Site& site, const std::string& user, const Secret& password);
void log_out(const Site& site, const std::string& token);

/// By session or API token.
std::optional<Account> account_of_token(const Site& site, const std::string& token);

struct ApiToken {
  std::string id = {};  // "t-" and 16 hexadecimal digits
  std::string note = {};
  Account account = {};  // empty user: network access
  bool network_access = false;
  std::int64_t created = 0, expires = 0;
};
struct NewApiToken {
  std::string note = {};
  Role role = Role::viewer;  // no more than the user has
  bool may_recover = false;
  std::int64_t life_seconds = 90 * 86400;
};
struct MadeToken {
  ApiToken info = {};
  std::string token = {};  // shown once
};
MadeToken make_api_token(const Site& site, const Account& owner, const NewApiToken& wanted);
/// C-F6, C-F7: a credential that many computers share, and with which what waits for any of them can be restored.
/// Error(refused) unless Settings::network_access, and for who may not see recovery information.
MadeToken make_network_access_token(const Site& site, const std::string& note, std::int64_t life_seconds,
                                    const Account& by);
/// The token's id; nullopt for an unknown or expired one, and for all while the site does not allow them.
std::optional<std::string> network_access_of_token(const Site& site, const std::string& token);
std::vector<ApiToken> list_api_tokens(const Site& site);
void remove_api_token(const Site& site, const std::string& id, std::string_view who);

}  // namespace rehome::site
