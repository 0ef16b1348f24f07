// SPDX-License-Identifier: Apache-2.0
#include "site/administrators.h"

#include "site/audit.h"
#include "site/page.h"
#include "tests/support/site_world.h"

namespace rehome::site {
namespace {

using namespace rehome::testing;
using ::testing::HasSubstr;

class AdministratorsTest : public SiteTest {
 protected:
  void SetUp() override {
    SiteTest::SetUp();
    if (IsSkipped()) return;
    add_user(site(), {"alice", Role::administrator, true}, secret("correct horse"), kAlice);
  }
  static Secret secret(std::string_view text) { return Secret(as_bytes(text)); }
  Session log_in_as(const std::string& user, std::string_view password) {
    return log_in(site(), user, secret(password));
  }
};

TEST_P(AdministratorsTest, LogsInAndOut) {
  const Session session = log_in_as("alice", "correct horse");
  EXPECT_EQ(session.account.role, Role::administrator);
  const auto account = account_of_token(site(), session.token);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->user, "alice");
  EXPECT_TRUE(account->may_recover);
  log_out(site(), session.token);
  EXPECT_FALSE(account_of_token(site(), session.token));
  const Session late = log_in_as("alice", "correct horse");
  world().pass(kSessionSeconds + 1);
  EXPECT_FALSE(account_of_token(site(), late.token));
  EXPECT_FALSE(account_of_token(site(), "nonsense"));
}

TEST_P(AdministratorsTest, AWrongNameLooksLikeAWrongPassword) {
  EXPECT_EQ(message_of([&] { log_in_as("alice", "wrong horse"); }),
            message_of([&] { log_in_as("bob", "wrong horse"); }));
  EXPECT_EQ(code_of([&] { log_in_as("alice", ""); }), ErrorCode::permission_denied);
}

// 10,000 wrong passwords cost the attacker time and the site next to nothing.
TEST_P(AdministratorsTest, WrongPasswordsMakeTheUserWait) {
  std::int64_t computed = 0;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    if (code_of([&] { log_in_as("alice", "wrong horse"); }) == ErrorCode::permission_denied) ++computed;
  }
  EXPECT_EQ(computed, kFreeAttempts);
  std::int64_t told = 0;
  for (const AuditEntry& entry : read_audit(site(), 0, kLargestPage)) told += entry.what == "wrong password" ? 1 : 0;
  EXPECT_EQ(told, kFreeAttempts);
  EXPECT_THAT(message_of([&] { log_in_as("alice", "correct horse"); }), HasSubstr("try again in"));
  for (int attempt = 0; attempt < 12; ++attempt) {
    world().pass(900);
    EXPECT_EQ(code_of([&] { log_in_as("alice", "wrong horse"); }), ErrorCode::permission_denied);
  }
  world().pass(-7200);  // the clock is put back: nobody waits for hours
  log_in_as("alice", "correct horse");
  EXPECT_EQ(code_of([&] { log_in_as("alice", "wrong horse"); }), ErrorCode::permission_denied);
  log_in_as("alice", "correct horse");
}

TEST_P(AdministratorsTest, PasswordsAndTokensAreNotInTheRecords) {
  const Session session = log_in_as("alice", "correct horse");
  world().database().read([&](Transaction& transaction) {
    EXPECT_EQ(transaction.query("SELECT password_hash FROM users").at(0).text(0).size(), 64U);
    EXPECT_NE(transaction.query("SELECT hash FROM tokens").at(0).text(0), session.token);
  });
}

TEST_P(AdministratorsTest, UsersComeAndGo) {
  EXPECT_EQ(code_of([&] { add_user(site(), {"alice"}, secret("12345678"), kAlice); }), ErrorCode::already_exists);
  EXPECT_EQ(code_of([&] { add_user(site(), {"bob"}, secret("1234567"), kAlice); }), ErrorCode::invalid_argument);
  add_user(site(), {"bob", Role::site_operator}, secret("12345678"), kAlice);
  const Session bob = log_in_as("bob", "12345678");
  set_password(site(), "bob", secret("87654321"), kAlice);
  EXPECT_FALSE(account_of_token(site(), bob.token));
  const Session again = log_in_as("bob", "87654321");
  EXPECT_EQ(list_users(site()).size(), 2U);
  remove_user(site(), "bob", kAlice);
  EXPECT_FALSE(account_of_token(site(), again.token));
  EXPECT_EQ(code_of([&] { remove_user(site(), "alice", kAlice); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { set_password(site(), "bob", secret("87654321"), kAlice); }), ErrorCode::not_found);
}

std::vector<std::string> reasons_of(const Site& site, const std::string& what) {
  std::vector<std::string> reasons;
  for (const AuditEntry& entry : read_audit(site, 0, kLargestPage)) {
    if (entry.what == what) reasons.push_back(entry.why);
  }
  return reasons;
}

// The right to see recovery information: nobody without it makes a way to it.
TEST_P(AdministratorsTest, NobodyGivesRightsThatHeHasNot) {
  add_user(site(), kBob, secret("12345678"), kAlice);
  const auto refused = [&](const std::function<void()>& attempt) { EXPECT_EQ(code_of(attempt), ErrorCode::refused); };
  refused([&] { add_user(site(), {"eve", Role::viewer, true}, secret("12345678"), kBob); });
  refused([&] { add_user(site(), {"eve", Role::administrator}, secret("12345678"), kOscar); });
  refused([&] { set_password(site(), "alice", secret("12345678"), kBob); });
  refused([&] { set_password(site(), "bob", secret("12345678"), kOscar); });
  refused([&] { remove_user(site(), "alice", kBob); });
  // A token of alice that may not see recovery information is no way to her password.
  refused([&] { set_password(site(), "alice", secret("12345678"), {"alice", Role::administrator, false}); });
  log_in_as("alice", "correct horse");
  add_user(site(), {"eve", Role::administrator}, secret("12345678"), kBob);
  set_password(site(), "bob", secret("87654321"), {"bob", Role::administrator});
  Settings settings = site().settings();
  settings.network_access = true;
  site().change_settings(settings, kAdmin);
  refused([&] { make_network_access_token(site(), "boot image", 3600, kBob); });
}

TEST_P(AdministratorsTest, TheAuditLogSaysWhoMaySeeRecoveryInformation) {
  using ::testing::ElementsAre;
  add_user(site(), {"carol", Role::viewer, true}, secret("12345678"), kAlice);
  make_api_token(site(), kAlice, {.note = "ci", .role = Role::site_operator, .may_recover = true});
  const MadeToken plain = make_api_token(site(), kAlice, {});
  remove_user(site(), "carol", kAlice);
  remove_api_token(site(), plain.info.id, kAdmin);
  EXPECT_THAT(reasons_of(site(), "user added"),
              ElementsAre("administrator, may see recovery information", "viewer, may see recovery information"));
  EXPECT_THAT(reasons_of(site(), "token made"), ElementsAre("operator, may see recovery information: ci", "viewer"));
  EXPECT_THAT(reasons_of(site(), "user removed"), ElementsAre("viewer, may see recovery information"));
  EXPECT_THAT(reasons_of(site(), "token removed"), ElementsAre("viewer"));
}

TEST_P(AdministratorsTest, AnApiTokenHasNoMoreRightsThanItsUser) {
  const Account bob{"bob", Role::site_operator, false};
  add_user(site(), bob, secret("12345678"), kAlice);
  EXPECT_EQ(code_of([&] { make_api_token(site(), bob, {.role = Role::administrator}); }), ErrorCode::refused);
  EXPECT_EQ(code_of([&] { make_api_token(site(), bob, {.may_recover = true}); }), ErrorCode::refused);
  const MadeToken made = make_api_token(site(), bob, {.note = "ci", .role = Role::site_operator, .life_seconds = 100});
  EXPECT_EQ(account_of_token(site(), made.token)->role, Role::site_operator);
  EXPECT_EQ(list_api_tokens(site()).at(0).note, "ci");
  world().pass(101);
  EXPECT_FALSE(account_of_token(site(), made.token));
  remove_api_token(site(), made.info.id, kAdmin);
  EXPECT_EQ(code_of([&] { remove_api_token(site(), made.info.id, kAdmin); }), ErrorCode::not_found);
}

// C-F6, C-F7: off by default, and off for tokens made before when it is taken back.
TEST_P(AdministratorsTest, NetworkAccessIsOffUnlessTheSiteAllowsIt) {
  const auto make = [&] { return make_network_access_token(site(), "boot image", 3600, kAlice); };
  EXPECT_EQ(code_of([&] { make(); }), ErrorCode::refused);
  Settings settings = site().settings();
  settings.network_access = true;
  site().change_settings(settings, kAdmin);
  const MadeToken made = make();
  EXPECT_EQ(network_access_of_token(site(), made.token), made.info.id);
  EXPECT_FALSE(account_of_token(site(), made.token));
  EXPECT_TRUE(list_api_tokens(site()).at(0).network_access);
  settings.network_access = false;
  site().change_settings(settings, kAdmin);
  EXPECT_FALSE(network_access_of_token(site(), made.token));
}

TEST_P(AdministratorsTest, RolesHaveNames) {
  EXPECT_EQ(role_of("operator"), Role::site_operator);
  EXPECT_EQ(code_of([] { role_of("root"); }), ErrorCode::invalid_argument);
}

REHOME_OVER_BOTH_DATABASES(AdministratorsTest);

}  // namespace
}  // namespace rehome::site
