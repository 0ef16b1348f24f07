// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/new_account.h"

#include <functional>
#include <gtest/gtest.h>
#include <optional>

#include "base/core/error.h"

namespace rehome::linux_etc {
namespace {

Account ann() {
  Account account;
  account.name = "ann";
  account.uid = account.gid = 1001;
  account.comment = "Ann Lee,,,";
  account.home = "/home/ann";
  account.shell = "/bin/bash";
  account.password_hash = "$y$j9T$salt$hash./0";
  account.subuids = account.subgids = {{100000, 65536}};
  return account;
}

std::optional<ErrorCode> failure(const std::function<void(Account&)>& change) {
  Account account = ann();
  change(account);
  try {
    check_new_account(account, {});
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

std::optional<ErrorCode> failure_of_name(std::string_view name) {
  return failure([&](Account& account) { account.name = name; });
}

TEST(NewAccount, AnOrdinaryOneIsFine) {
  EXPECT_EQ(failure([](Account&) {}), std::nullopt);
  EXPECT_EQ(failure([](Account& account) { account.shell.clear(); }), std::nullopt);
  EXPECT_EQ(failure([](Account& account) { account.comment = "J\xC3\xBCrgen"; }), std::nullopt);
}

TEST(NewAccount, TakesTheNamesPeopleHave) {
  for (std::string_view name : {"a", "_x", "Ann.Lee", "ann-2", "ann@example.org", "pc$", "0day"}) {
    EXPECT_EQ(failure_of_name(name), std::nullopt) << name;
  }
  EXPECT_EQ(failure_of_name(std::string(32, 'a')), std::nullopt);
}

TEST(NewAccount, RefusesHostileNames) {
  for (std::string_view name :
       {"",  ".",   "..", "../x", "a/b", "-x", "--help",  "root:", "a:0:0",     "a\nroot", "a b", "a,b",
        "+", "+::", "0",  "1000", "a$b", "$",  "\x1b[2J", "\xFF",  "j\xC3\xBC", "a\\b",    "#a",  "@a"}) {
    EXPECT_EQ(failure_of_name(name), ErrorCode::invalid_argument) << name;
  }
  EXPECT_EQ(failure_of_name(std::string(33, 'a')), ErrorCode::invalid_argument);
  EXPECT_EQ(failure_of_name(std::string_view("a\0b", 3)), ErrorCode::invalid_argument);
}

TEST(NewAccount, RefusesFieldsThatWouldBeMoreThanOne) {
  for (std::string_view bad : {"/a:b", "/a\nroot::0:0::/:/bin/sh", "/a\r", "/a\x1b", "/a\x7f"}) {
    std::string text(bad);
    EXPECT_EQ(failure([&](Account& account) { account.comment = text; }), ErrorCode::invalid_argument) << text;
    EXPECT_EQ(failure([&](Account& account) { account.home = text; }), ErrorCode::invalid_argument) << text;
    EXPECT_EQ(failure([&](Account& account) { account.shell = text; }), ErrorCode::invalid_argument) << text;
    EXPECT_EQ(failure([&](Account& account) { account.password_hash = text; }), ErrorCode::invalid_argument) << text;
  }
  EXPECT_EQ(failure([](Account& account) { account.comment = std::string("a\0b", 3); }), ErrorCode::invalid_argument);
  EXPECT_EQ(failure([](Account& account) { account.comment = std::string(5000, 'a'); }), ErrorCode::invalid_argument);
}

TEST(NewAccount, RefusesHomesThatAreNone) {
  for (std::string_view home : {"", "home/ann", "/", "//", "/home/../etc", "/.."}) {
    EXPECT_EQ(failure([&](Account& account) { account.home = home; }), ErrorCode::invalid_argument) << home;
  }
}

TEST(NewAccount, RefusesAPasswordThatIsNoHash) {
  for (std::string_view hash : {"", "!", "*", "!$6$x", "has space", "n\xC3\xA4"}) {
    EXPECT_EQ(failure([&](Account& account) { account.password_hash = hash; }), ErrorCode::invalid_argument) << hash;
  }
}

TEST(NewAccount, RefusesNumbersOfTheSystem) {
  for (std::uint32_t uid : {0U, 1U, 999U, 65534U, 65535U, 0xFFFFFFFFU}) {
    EXPECT_EQ(failure([&](Account& account) { account.uid = uid; }), ErrorCode::refused) << uid;
  }
  EXPECT_EQ(failure([](Account& account) { account.gid = 0; }), ErrorCode::refused);
  EXPECT_EQ(failure([](Account& account) { account.uid = 1'234'567'890; }), std::nullopt);
  Account root = ann();
  root.uid = 0;
  EXPECT_THROW(check_new_account(root, {.uid_min = 0, .uid_max = 9, .gid_min = 0, .gid_max = 9}), Error);
}

TEST(NewAccount, RefusesSubordinateIdsAmongThoseOfOthers) {
  for (std::uint32_t first : {0U, 1U, 1000U, 65535U}) {
    EXPECT_EQ(failure([&](Account& account) { account.subuids = {{first, 65536}}; }), ErrorCode::refused) << first;
    EXPECT_EQ(failure([&](Account& account) { account.subgids = {{first, 65536}}; }), ErrorCode::refused) << first;
  }
  EXPECT_EQ(failure([](Account& account) { account.subuids = {{100000, 0}}; }), ErrorCode::invalid_argument);
  EXPECT_EQ(failure([](Account& account) { account.subuids = {{100000, UINT32_MAX}}; }), ErrorCode::invalid_argument)
      << "would wrap around to root";
}

TEST(NewGroup, RefusesWhatAnAccountIsRefused) {
  EXPECT_NO_THROW(check_new_group({"staff2", 1001, {"ann", "ben"}}));
  EXPECT_NO_THROW(check_new_group({"scanner", 120, {}}));
  EXPECT_THROW(check_new_group({"a:b", 1001, {}}), Error);
  EXPECT_THROW(check_new_group({"a", 0, {}}), Error);
  EXPECT_THROW(check_new_group({"a", 65534, {}}), Error);
  EXPECT_THROW(check_new_group({"a", 0xFFFFFFFFU, {}}), Error);
  EXPECT_THROW(check_new_group({"a", 1001, {"ann,root"}}), Error);
  EXPECT_THROW(check_new_group({"a", 1001, {"ann\nroot:x:0:"}}), Error);
}

}  // namespace
}  // namespace rehome::linux_etc
