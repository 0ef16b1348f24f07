// SPDX-License-Identifier: Apache-2.0
// What an account has besides its name, its ids and its home: comment, shell, password, lock, ages.
#include "flow/load/internal/account_details.h"

#include <gmock/gmock.h>

#include "tests/flow/account_mapping_fixture.h"

namespace rehome::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

using AccountDetailsTest = AccountMappingTest;

TEST_F(AccountDetailsTest, FieldsThatForgeLinesAreDropped) {
  source().comment = "x\nroot2:x:0:0";
  source().shell = "/bin/sh:x";
  source().password_hash = "x\nroot2";
  options_.with_passwords = true;
  map();
  EXPECT_EQ(account("ann").comment, "");
  EXPECT_EQ(account("ann").shell, "/bin/bash");
  EXPECT_FALSE(account("ann").password_hash);
}

TEST_F(AccountDetailsTest, WhatDoesNotFitIntoALineIsDroppedAndSaid) {
  options_.with_passwords = true;
  source().comment = std::string(5000, 'x');
  source().password_hash = "*odd";
  map();
  EXPECT_EQ(account("ann").comment, "");
  EXPECT_FALSE(account("ann").password_hash);
  EXPECT_THAT(findings_.text(), HasSubstr("its comment"));
  EXPECT_THAT(findings_.text(), HasSubstr("its password"));
}

TEST_F(AccountDetailsTest, AShellThatIsNotHereIsReplaced) {
  source().shell = "/usr/bin/fish";
  map();
  EXPECT_EQ(account("ann").shell, "/bin/bash");
  EXPECT_THAT(findings_.text(), HasSubstr("/usr/bin/fish"));
}

TEST_F(AccountDetailsTest, AShellThatCannotBeLookedAtIsReplaced) {
  machine_.add_file("/opt/sh", "x");
  machine_.failures().fail(Operation::inspect, "/opt/sh", EACCES);
  source().shell = "/opt/sh";
  map();
  EXPECT_NE(account("ann").shell, "/opt/sh");
}

TEST_F(AccountDetailsTest, AShellThatCannotBeRunIsReplaced) {
  machine_.add_file("/usr/bin/fish", "");
  source().shell = "/usr/bin/fish";
  machine_.files().edit("/usr/bin/fish", [](Metadata& m) { m.mode = 0644; });
  map();
  EXPECT_EQ(account("ann").shell, "/bin/bash");
}

TEST_F(AccountDetailsTest, WithoutAnyShellItIsSaidThatOneIsMissing) {
  for (const char* shell : {"/bin/sh", "/bin/bash"}) machine_.files().remove(shell);
  source().shell = "/bin/sh";
  map();
  EXPECT_THAT(findings_.text(), HasSubstr("its shell /bin/sh is not here, nor another; it gets /bin/sh: install it"));
}

TEST_F(AccountDetailsTest, PasswordsComeOnlyWhenAskedForAndStayLockedUnlessToldOtherwise) {
  source().password_hash = "$y$hash";
  map();
  EXPECT_FALSE(account("ann").password_hash);
  machine_.accounts().remove("ann");
  options_.with_passwords = true;
  map();
  EXPECT_EQ(account("ann").password_hash, "$y$hash");
  EXPECT_TRUE(account("ann").locked);
  machine_.accounts().remove("ann");
  options_.unlock_accounts = true;
  map();
  EXPECT_FALSE(account("ann").locked);
  machine_.accounts().remove("ann");
  source().locked = true;
  map();
  EXPECT_TRUE(account("ann").locked);
}

TEST_F(AccountDetailsTest, PasswordAndLockOfAnExistingAccountStayAndThatIsSaid) {
  Account here = machine_.add_account("ann", 1234);
  here.locked = true;
  add_here(here);
  source().password_hash = "$y$hash";
  map();
  EXPECT_EQ(findings_.text(), "") << "nobody asked for it";
  options_.with_passwords = options_.unlock_accounts = true;
  map();
  EXPECT_THAT(findings_.of(FindingKind::account), SizeIs(2)) << findings_.text();
  EXPECT_TRUE(account("ann").locked);
  EXPECT_FALSE(account("ann").password_hash);
}

TEST_F(AccountDetailsTest, AgesAreKept) {
  source().aging = PasswordAging{.changed = 18000, .expires = 18500};
  map();
  EXPECT_EQ(account("ann").aging, source().aging);
}

TEST_F(AccountDetailsTest, APasswordThatTheStoreDoesNotHoldIsMissed) {
  options_.with_passwords = true;
  options_.unlock_accounts = true;
  map();
  EXPECT_TRUE(account("ann").locked);
  ASSERT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
  EXPECT_THAT(findings_.text(), HasSubstr("the store holds no password of it"));
  EXPECT_THAT(findings_.text(), HasSubstr(", locked"));
}

TEST_F(AccountDetailsTest, WhatIsUnlockedWithoutAPasswordIsSaidToBeLocked) {
  source().password_hash = "$y$hash";
  options_.unlock_accounts = true;
  map();
  EXPECT_THAT(findings_.text(), HasSubstr(", locked"));
  EXPECT_THAT(findings_.text(), HasSubstr("without a password it cannot be unlocked"));
}

TEST_F(AccountDetailsTest, AStoreThatKnowsNoAgesIsSaidToHaveNone) {
  source().password_hash = "$y$hash";
  options_.with_passwords = true;
  map();
  EXPECT_THAT(findings_.text(), HasSubstr("the store does not say whether it or its password expires"));
}

}  // namespace
}  // namespace rehome::load
