// SPDX-License-Identifier: Apache-2.0
#include "site/administrators.h"

#include "base/core/error.h"
#include "site/internal/audit_log.h"
#include "site/internal/passwords.h"
#include "site/internal/recovery_right.h"
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

Account known_user(Transaction& transaction, const std::string& user) {
  const Rows rows = transaction.query(kSelectOne, {user});
  if (rows.empty()) throw Error(ErrorCode::not_found, "this site has no user \"" + user + '"');
  return account_of(rows[0]);
}

/// Who could make or take over such an account would have its rights.
void check_may_manage(const Account& by, const Account& account) {
  if (account.role > by.role) {
    throw Error(ErrorCode::refused, by.user + " has not the rights of an " + std::string(name_of(account.role)) +
                                        " and cannot give or change them");
  }
  if (account.may_recover) require_recovery_right(by, "make, change or remove a user who has it");
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

void add_user(const Site& site, const Account& account, const Secret& password, const Account& by) {
  check_may_manage(by, account);
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
              {.who = by.user, .what = "user added", .subject = account.user, .why = rights_of(account)});
  });
}

std::vector<Account> list_users(const Site& site) {
  return site.database().read([](Transaction& transaction) {
    std::vector<Account> users;
    for (const Row& row : transaction.query(kSelectAll)) users.push_back(account_of(row));
    return users;
  });
}

void remove_user(const Site& site, const std::string& user, const Account& by) {
  site.database().write([&](Transaction& transaction) {
    const Account account = known_user(transaction, user);
    check_may_manage(by, account);
    if (account.role == Role::administrator &&
        transaction.query(kCountOtherAdministrators, {user}).at(0).integer(0) == 0) {
      throw Error(ErrorCode::refused, user + " is the last administrator of this site");
    }
    transaction.execute(kDeleteTokens, {user});
    transaction.execute(kDelete, {user});
    add_audit(site, transaction, {.who = by.user, .what = "user removed", .subject = user, .why = rights_of(account)});
  });
}

void set_password(const Site& site, const std::string& user, const Secret& password, const Account& by) {
  const PasswordHash hash = hash_password(password, site.random());
  site.database().write([&](Transaction& transaction) {
    check_may_manage(by, known_user(transaction, user));
    transaction.execute(kUpdatePassword, {hash.salt, hash.hash, std::int64_t{hash.parameters.passes},
                                          std::int64_t{hash.parameters.memory_kib}, user});
    transaction.execute(kDeleteSessions, {user});
    add_audit(site, transaction, {.who = by.user, .what = "password set", .subject = user});
  });
}

}  // namespace rehome::site
