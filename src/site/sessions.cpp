// SPDX-License-Identifier: Apache-2.0
// Logging in and the tokens that stand for a user or for network access.
#include <algorithm>

#include "base/core/error.h"
#include "site/administrators.h"
#include "site/internal/audit_log.h"
#include "site/internal/ids.h"
#include "site/internal/passwords.h"
#include "site/internal/range.h"
#include "site/internal/recovery_right.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr std::int64_t kLongestWait = 900;
constexpr std::string_view kLife = "the life of a token in seconds";
constexpr std::int64_t kLongestApiTokenLife = std::int64_t{3650} * 86400;

constexpr const char* kSelectPassword =
    "SELECT password_salt, password_hash, passes, memory_kib, role, may_recover, failures, wait_until FROM users "
    "WHERE name = :name";
// The wait is set before the password is looked at, so that many at once gain nothing.
constexpr const char* kCountAttempt =
    "UPDATE users SET failures = failures + 1, wait_until = :until WHERE name = :name";
constexpr const char* kForgetFailures = "UPDATE users SET failures = 0, wait_until = 0 WHERE name = :name";
constexpr const char* kInsertToken =
    "INSERT INTO tokens (hash, id, kind, user_name, role, may_recover, note, created, expires) VALUES "
    "(:hash, :id, :kind, :user_name, :role, :may_recover, :note, :created, :expires)";
constexpr const char* kForgetExpired = "DELETE FROM tokens WHERE expires < :now AND kind = 'session'";
constexpr const char* kDeleteSession = "DELETE FROM tokens WHERE hash = :hash AND kind = 'session'";
// A token never has more rights than its user has now.
constexpr const char* kSelectAccount =
    "SELECT u.name, t.role, t.may_recover, u.role, u.may_recover FROM tokens t JOIN users u ON u.name = t.user_name "
    "WHERE t.hash = :hash AND t.kind <> 'network' AND t.expires >= :now";
constexpr const char* kSelectNetwork =
    "SELECT id FROM tokens WHERE hash = :hash AND kind = 'network' AND expires >= :now";
constexpr const char* kSelectApiTokens =
    "SELECT id, kind, user_name, role, may_recover, note, created, expires FROM tokens WHERE kind <> 'session' "
    "ORDER BY id";
constexpr const char* kSelectRights = "SELECT role, may_recover FROM tokens WHERE id = :id AND kind <> 'session'";
constexpr const char* kDeleteToken = "DELETE FROM tokens WHERE id = :id AND kind <> 'session'";

struct KnownUser {
  PasswordHash password;
  Account account;
  std::int64_t failures = 0;
  std::int64_t wait_until = 0;
};

KnownUser known_user_of(const std::string& name, const Row& row) {
  return {.password = {row.text(0),
                       row.text(1),
                       {.passes = static_cast<std::uint32_t>(row.integer(2)),
                        .memory_kib = static_cast<std::uint32_t>(row.integer(3))}},
          .account = {name, role_of(row.text(4)), row.flag(5)},
          .failures = row.integer(6),
          .wait_until = row.integer(7)};
}

/// One second after the attempts that are free, then twice as long each time.
std::int64_t wait_after(std::int64_t failures) {
  if (failures < kFreeAttempts) return 0;
  const std::int64_t doublings = std::min<std::int64_t>(failures - kFreeAttempts, 10);
  return std::min(std::int64_t{1} << doublings, kLongestWait);
}

/// Counts the attempt as failed; the one that succeeds takes that back.
std::optional<KnownUser> begin_attempt(const Site& site, const std::string& user) {
  return site.database().write([&](Transaction& transaction) -> std::optional<KnownUser> {
    const Rows rows = transaction.query(kSelectPassword, {user});
    if (rows.empty()) return std::nullopt;
    KnownUser known = known_user_of(user, rows[0]);
    const std::int64_t wait = known.wait_until - site.now();
    // A longer one was never set: the clock was put back meanwhile.
    if (wait > 0 && wait <= kLongestWait) {
      throw Error(ErrorCode::busy, "too many wrong passwords: try again in " + std::to_string(wait) + " seconds");
    }
    transaction.execute(kCountAttempt, {site.now() + wait_after(known.failures + 1), user});
    return known;
  });
}

/// In the audit log; the waits keep these few.
void note_wrong_password(const Site& site, const std::string& user) {
  site.database().write([&](Transaction& transaction) {
    add_audit(site, transaction, {.who = user, .what = "wrong password", .subject = user});
  });
}

struct TokenRow {
  std::string kind;
  ApiToken info;
};

/// The token itself, which is kept nowhere.
std::string add_token(const Site& site, Transaction& transaction, const TokenRow& row) {
  std::string token = make_token(site.random());
  const ApiToken& info = row.info;
  transaction.execute(kInsertToken, {hash_of_token(token), info.id, row.kind,
                                     info.account.user.empty() ? Value() : Value(info.account.user),
                                     std::string(name_of(info.account.role)), std::int64_t{info.account.may_recover},
                                     info.note, info.created, info.expires});
  return token;
}

}  // namespace

Session log_in(const Site& site, const std::string& user, const Secret& password) {
  const std::optional<KnownUser> known = begin_attempt(site, user);
  if (!known) match_nothing(password);
  if (!known || !matches(known->password, password)) {
    if (known) note_wrong_password(site, user);
    throw Error(ErrorCode::permission_denied, "the user or the password is wrong");
  }
  return site.database().write([&](Transaction& transaction) {
    transaction.execute(kForgetFailures, {user});
    transaction.execute(kForgetExpired, {site.now()});
    const TokenRow row{"session",
                       {.id = make_id(site.random(), 't'),
                        .account = known->account,
                        .created = site.now(),
                        .expires = site.now() + kSessionSeconds}};
    add_audit(site, transaction, {.who = user, .what = "logged in", .subject = row.info.id});
    return Session{known->account, add_token(site, transaction, row), row.info.expires};
  });
}

void log_out(const Site& site, const std::string& token) {
  site.database().write([&](Transaction& transaction) { transaction.execute(kDeleteSession, {hash_of_token(token)}); });
}

std::optional<Account> account_of_token(const Site& site, const std::string& token) {
  return site.database().read([&](Transaction& transaction) -> std::optional<Account> {
    const Rows rows = transaction.query(kSelectAccount, {hash_of_token(token), site.now()});
    if (rows.empty()) return std::nullopt;
    const Row& row = rows[0];
    return Account{row.text(0), std::min(role_of(row.text(1)), role_of(row.text(3))), row.flag(2) && row.flag(4)};
  });
}

MadeToken make_api_token(const Site& site, const Account& owner, const NewApiToken& wanted) {
  check_range(wanted.life_seconds, 1, kLongestApiTokenLife, kLife);
  check_note(wanted.note, "the note on a token");
  if (wanted.role > owner.role || (wanted.may_recover && !owner.may_recover)) {
    throw Error(ErrorCode::refused, "a token has no more rights than its user");
  }
  return site.database().write([&](Transaction& transaction) {
    ApiToken info{.id = make_id(site.random(), 't'),
                  .note = wanted.note,
                  .account = {owner.user, wanted.role, wanted.may_recover},
                  .created = site.now(),
                  .expires = site.now() + wanted.life_seconds};
    const std::string note = wanted.note.empty() ? "" : ": " + wanted.note;
    add_audit(site, transaction,
              {.who = owner.user, .what = "token made", .subject = info.id, .why = rights_of(info.account) + note});
    std::string token = add_token(site, transaction, {"api", info});
    return MadeToken{std::move(info), std::move(token)};
  });
}

MadeToken make_network_access_token(const Site& site, const std::string& note, std::int64_t life_seconds,
                                    const Account& by) {
  require_recovery_right(by,
                         "make a token for network access: whoever holds one can restore what waits for any "
                         "computer");
  check_range(life_seconds, 1, kLongestApiTokenLife, kLife);
  check_note(note, "the note on a token");
  return site.database().write([&](Transaction& transaction) {
    if (!Site::settings_in(transaction).network_access) {
      throw Error(
          ErrorCode::refused,
          "this site does not allow network access tokens: all who hold one can pass for each other's computer");
    }
    ApiToken info{.id = make_id(site.random(), 't'),
                  .note = note,
                  .network_access = true,
                  .created = site.now(),
                  .expires = site.now() + life_seconds};
    add_audit(site, transaction,
              {.who = by.user, .what = "network access token made", .subject = info.id, .why = note});
    std::string token = add_token(site, transaction, {"network", info});
    return MadeToken{std::move(info), std::move(token)};
  });
}

std::optional<std::string> network_access_of_token(const Site& site, const std::string& token) {
  return site.database().read([&](Transaction& transaction) -> std::optional<std::string> {
    if (!Site::settings_in(transaction).network_access) return std::nullopt;
    const Rows rows = transaction.query(kSelectNetwork, {hash_of_token(token), site.now()});
    return rows.empty() ? std::nullopt : std::optional(rows[0].text(0));
  });
}

std::vector<ApiToken> list_api_tokens(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    std::vector<ApiToken> tokens;
    for (const Row& row : transaction.query(kSelectApiTokens)) {
      tokens.push_back({.id = row.text(0),
                        .note = row.text(5),
                        .account = {row.optional_text(2).value_or(""), role_of(row.text(3)), row.flag(4)},
                        .network_access = row.text(1) == "network",
                        .created = row.integer(6),
                        .expires = row.integer(7)});
    }
    return tokens;
  });
}

void remove_api_token(const Site& site, const std::string& id, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    const Rows rows = transaction.query(kSelectRights, {id});
    if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no token " + id);
    const Account rights{.role = role_of(rows[0].text(0)), .may_recover = rows[0].flag(1)};
    transaction.execute(kDeleteToken, {id});
    add_audit(site, transaction, {.who = who, .what = "token removed", .subject = id, .why = rights_of(rights)});
  });
}

}  // namespace rehome::site
