// SPDX-License-Identifier: Apache-2.0
#include "site/administrators.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/passwords.h"
#include "site/internal/text.h"

namespace rehome::site {

namespace {

constexpr const char* kSelectExists = "SELECT 1 FROM users WHERE name = :name";
constexpr const char* kInsert =
    "INSERT INTO users (name, role, may_recover, password_salt, password_hash, passes, memory_kib, failures, "
    "wait_until, created) VALUES (:name, :role, :may_recover, :salt, :hash, :passes, :memory_kib, 0, 0, :created)";
constexpr const char* kSelectAll = "SELECT name, role, may_recover FROM users ORDER BY name";
constexpr const char* kSelectOne = "SELECT name, role, may_recover FROM users WHERE name = :name";
constexpr const char* kCountOtherAdministrators =
    "SELECT COUNT(*) FROM users WHERE role = 'administrator' AND name <> :name";
constexpr const char* kDelete = "DELETE FROM users WHERE name = :name";
constexpr const char* kDeleteTokens = "DELETE FROM tokens WHERE user_name = :name";
constexpr const char* kDeleteSessions = "DELETE FROM tokens WHERE kind = 'session' AND user_name = :name";
constexpr const char* kUpdatePassword =
    "UPDATE users SET password_salt = :salt, password_hash = :hash, passes = :passes, memory_kib = :memory_kib, "
    "failures = 0, wait_until = 0 WHERE name = :name";

Account account_of(const Row& row) { return {row.text(0), role_of(row.text(1)), row.flag(2)}; }

void check_exists(Transaction& transaction, const std::string& user) {
  if (transaction.query(kSelectExists, {user}).empty()) {
    throw Error(ErrorCode::not_found, "this site has no user \"" + user + '"');
  }
}

}  // namespace

std::string_view name_of(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::site_operator:
      return "operator";
    case Role::administrator:
      return "administrator";
  }
  return "";
}

Role role_of(std::string_view name) {
  for (const Role role : {Role::viewer, Role::site_operator, Role::administrator}) {
    if (name_of(role) == name) return role;
  }
  throw Error(ErrorCode::invalid_argument,
              "a role is viewer, operator or administrator, not \"" + std::string(name) + '"');
}

void add_user(const Site& site, const Account& account, const Secret& password, std::string_view who) {
  check_name(account.user, "the name of a user");
  const PasswordHash hash = hash_password(password, site.random());
  site.database().write([&](Transaction& transaction) {
    if (!transaction.query(kSelectExists, {account.user}).empty()) {
      throw Error(ErrorCode::already_exists, "this site has a user \"" + account.user + "\" already");
    }
    transaction.execute(kInsert, {account.user, std::string(name_of(account.role)), std::int64_t{account.may_recover},
                                  hash.salt, hash.hash, std::int64_t{hash.parameters.passes},
                                  std::int64_t{hash.parameters.memory_kib}, site.now()});
    add_audit(site, transaction,
              {.who = who, .what = "user added", .subject = account.user, .why = std::string(name_of(account.role))});
  });
}

std::vector<Account> list_users(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    std::vector<Account> users;
    for (const Row& row : transaction.query(kSelectAll)) users.push_back(account_of(row));
    return users;
  });
}

void remove_user(const Site& site, const std::string& user, std::string_view who) {
  site.database().write([&](Transaction& transaction) {
    check_exists(transaction, user);
    const bool is_administrator = account_of(transaction.query(kSelectOne, {user}).at(0)).role == Role::administrator;
    if (is_administrator && transaction.query(kCountOtherAdministrators, {user}).at(0).integer(0) == 0) {
      throw Error(ErrorCode::refused, user + " is the last administrator of this site");
    }
    transaction.execute(kDeleteTokens, {user});
    transaction.execute(kDelete, {user});
    add_audit(site, transaction, {.who = who, .what = "user removed", .subject = user});
  });
}

void set_password(const Site& site, const std::string& user, const Secret& password, std::string_view who) {
  const PasswordHash hash = hash_password(password, site.random());
  site.database().write([&](Transaction& transaction) {
    check_exists(transaction, user);
    transaction.execute(kUpdatePassword, {hash.salt, hash.hash, std::int64_t{hash.parameters.passes},
                                          std::int64_t{hash.parameters.memory_kib}, user});
    transaction.execute(kDeleteSessions, {user});
    add_audit(site, transaction, {.who = who, .what = "password set", .subject = user});
  });
}

}  // namespace rehome::site
