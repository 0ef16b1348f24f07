// SPDX-License-Identifier: Apache-2.0
// Which homes the accounts get that are mapped: their own, another where that is taken or hostile, and shared ones.
#include <gmock/gmock.h>

#include "flow/load/internal/account_mapping.h"
#include "tests/flow/account_mapping_fixture.h"

namespace rehome::load {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(AccountMappingTest, AnAccountWhoseHomeIsTheSystemIsLeftOut) {
  for (const char* home : {"/", "", "/etc", "/usr/share/ann", "/home", "/root", "/var", "relative"}) {
    Account ann = machine_.accounts().list()[0];
    ann.name = "ann";
    ann.uid = 1000;
    ann.kind = AccountKind::local;
    ann.home = home;
    add_here(ann);
    findings_.clear();
    EXPECT_THAT(map().restored, IsEmpty()) << home;
    EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << home;
  }
}

TEST_F(AccountMappingTest, AHomeHereThatCannotBeOpenedCostsItsAccountOnly) {
  machine_.add_account("ann", 1000);
  machine_.add_account("bob", 1001);
  state_.add_account(2, "bob", 1001);
  options_.accounts.push_back(2);
  machine_.failures().fail(Operation::open_folder, "/home/ann", EACCES);
  const AccountMapping mapping = map();
  EXPECT_EQ(mapping.find(kAnn), nullptr);
  EXPECT_NE(mapping.find(2), nullptr);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1));
  EXPECT_THAT(findings_.text(), HasSubstr("the home of ann here cannot be opened"));
}

TEST_F(AccountMappingTest, AHomeBelowAFolderThatCannotBeOpenedIsReplaced) {
  machine_.add_account("bob", 1001);
  machine_.failures().fail(Operation::open_folder, "/home/bob", EACCES);
  source().home = "/home/bob/ann";
  map();
  EXPECT_EQ(account("ann").home, "/home/ann");
}

TEST_F(AccountMappingTest, HostileHomesAreReplaced) {
  machine_.add_account("bob", 1001);
  for (const std::string& home :
       std::vector<std::string>{"/etc", "/", "/root", "relative", "/home/../etc", "/home/bob", "/home/bob/x", "/home",
                                "/home//ann", "", "/home/a\nroot2:x:0", "/home/a:b", "/srv/ann", "/homer/ann"}) {
    machine_.accounts().remove("ann");
    source().home = home;
    map();
    EXPECT_EQ(account("ann").home, "/home/ann") << home;
  }
  machine_.accounts().remove("ann");
  source().home = "/home/staff/ann";
  map();
  EXPECT_EQ(account("ann").home, "/home/staff/ann");
}

TEST_F(AccountMappingTest, AFolderOfSomebodyElseIsNotGivenAway) {
  machine_.add_account("bob", 1001);
  machine_.add_file("/home/backup/secret", "x");
  machine_.add_file("/home/bobs/secret", "x");
  machine_.files().edit("/home/bobs", [](Metadata& m) { m.uid = 1001; });
  for (const char* home : {"/home/backup", "/home/bobs"}) {
    machine_.accounts().remove("ann");
    source().home = home;
    map();
    EXPECT_EQ(account("ann").home, "/home/ann") << home;
  }
  machine_.accounts().remove("ann");
  machine_.add_file("/home/ann/secret", "x");
  state_.add_account(8, "cleo", 1008);
  options_.accounts = {kAnn, 8};
  const AccountMapping mapping = map();
  ASSERT_EQ(mapping.restored.size(), 1U) << "the other goes on";
  EXPECT_EQ(mapping.restored[0].destination.name, "cleo");
  EXPECT_EQ(findings_.of(FindingKind::not_restored).size(), 1U) << findings_.text();
}

class SharedHomesTest : public AccountMappingTest {
 protected:
  /// An account besides ann.
  void add(AccountNumber number, const std::string& name, const MachinePath& home) {
    CapturedAccount& added = state_.add_account(number, name, 1000 + number);
    added.account.home = added.canonical_home = home;
    options_.accounts.push_back(number);
  }
};

TEST_F(SharedHomesTest, WhoSharedAHomeSharesItAgain) {
  add(8, "dan", "/home/eve");
  add(9, "eve", "/home/eve");
  map();
  EXPECT_EQ(account("dan").home, "/home/eve");
  EXPECT_EQ(account("eve").home, "/home/eve");
  EXPECT_EQ(account("ann").home, "/home/ann");
}

TEST_F(SharedHomesTest, AHomeInAHomeGoesIntoTheOneThatIsMade) {
  add(8, "fay", "/home/gil/users/fay");
  add(10, "hal", "/home/gil/users/fay/hal");
  add(9, "gil", "/home/gil");
  options_.map_user = {{"gil", "gilbert"}};
  map();
  EXPECT_EQ(account("gilbert").home, "/home/gilbert");
  EXPECT_EQ(account("fay").home, "/home/gilbert/users/fay");
  EXPECT_EQ(account("hal").home, "/home/gilbert/users/fay/hal");
}

TEST_F(SharedHomesTest, HomesThatSurvivedLieInEachOtherAgain) {
  machine_.add_folder("/home/gil/fay");
  machine_.files().edit("/home/gil", [](Metadata& m) { m.uid = 1009; });
  machine_.files().edit("/home/gil/fay", [](Metadata& m) { m.uid = 1008; });
  add(8, "fay", "/home/gil/fay");
  add(9, "gil", "/home/gil");
  map();
  EXPECT_EQ(account("gil").home, "/home/gil");
  EXPECT_EQ(account("fay").home, "/home/gil/fay");
}

TEST_F(SharedHomesTest, NobodySharesTheHomeOfWhoIsHereAlready) {
  machine_.add_account("ann", 2000);
  for (const char* home : {"/home/ann", "/home/ann/eve"}) {
    add(8, "eve", home);
    for (const std::vector<AccountNumber>& accounts : {std::vector{8U}, {kAnn, 8U}}) {
      options_.accounts = accounts;
      findings_.clear();
      map();
      EXPECT_EQ(account("eve").home, "/home/eve") << home;
      EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(1)) << findings_.text();
      machine_.accounts().remove("eve");
    }
    state_.info().accounts.pop_back();
  }
}

/// Whichever of the accounts an earlier restore made, alone or before it was killed.
TEST_F(SharedHomesTest, HomesAreWhereOneRestoreWouldHavePutThem) {
  add(8, "nest", "/home/ann/nest");
  add(9, "twin", "/home/ann");
  const auto homes = std::map<AccountNumber, std::pair<std::string, MachinePath>>{
      {kAnn, {"ann", "/home/ann"}}, {8, {"nest", "/home/ann/nest"}}, {9, {"twin", "/home/ann"}}};
  for (const std::vector<AccountNumber>& before :
       std::vector<std::vector<AccountNumber>>{{kAnn}, {9}, {kAnn, 8}, {kAnn, 9}, {9, kAnn, 8}}) {
    findings_.clear();
    for (const std::vector<AccountNumber>& accounts : {before, {8, 9, kAnn}}) {
      options_.accounts = accounts;
      map();
    }
    for (const auto& [number, home] : homes) {
      EXPECT_EQ(account(home.first).home, home.second) << findings_.text();
      machine_.accounts().remove(home.first);
    }
    EXPECT_THAT(findings_.of(FindingKind::refused), IsEmpty()) << findings_.text();
  }
}

TEST_F(SharedHomesTest, AnInnerHomeAloneGoesElsewhereAndLeavesTheOuterItsPlace) {
  add(8, "nest", "/home/ann/nest");
  options_.accounts = {8};
  map();
  EXPECT_EQ(account("nest").home, "/home/nest");
  ASSERT_THAT(findings_.of(FindingKind::refused), SizeIs(1)) << findings_.text();
  EXPECT_THAT(findings_.text(), HasSubstr("lay in that of ann at the source, who is not restored with it"));
  options_.accounts = {kAnn, 8};
  map();
  EXPECT_EQ(account("ann").home, "/home/ann");
  EXPECT_EQ(account("nest").home, "/home/nest");
  EXPECT_THAT(findings_.of(FindingKind::not_restored), IsEmpty()) << findings_.text();
}

TEST_F(SharedHomesTest, WhoSharedAHomeAndComesAloneIsToldOfTheOther) {
  add(8, "eve", "/home/ann");
  options_.accounts = {8};
  map();
  EXPECT_EQ(account("eve").home, "/home/ann");
  EXPECT_THAT(findings_.text(), HasSubstr("it shared its home with ann, who is not restored with it"));
}

TEST_F(SharedHomesTest, NoHomeAndFoldersOfTheSystemAreSharedByNobody) {
  for (const char* home : {"/nonexistent", "/home", "/", "/etc"}) {
    options_.accounts = {kAnn};
    state_.info().accounts.resize(1);
    source().home = state_.info().accounts[0].canonical_home = home;
    add(8, "eve", home);
    add(9, "bob", "/home/bob");
    map();
    for (const std::string& name : {std::string("ann"), std::string("bob"), std::string("eve")}) {
      EXPECT_EQ(account(name).home, "/home/" + name) << home;
      machine_.accounts().remove(name);
    }
  }
}

TEST_F(SharedHomesTest, ALinkOrAFolderOfTheHoldersIsNoHome) {
  machine_.add_folder("/home/gil/own");
  for (const char* path : {"/home/gil", "/home/gil/own"}) {
    machine_.files().edit(path, [](Metadata& m) { m.uid = 1009; });
  }
  machine_.add_symlink("/home/gil/link", "/etc");
  for (const char* home : {"/home/gil/own", "/home/gil/link", "/home/gil/link/x"}) {
    options_.accounts.clear();
    add(9, "gil", "/home/gil");
    add(8, "fay", home);
    map();
    EXPECT_EQ(account("gil").home, "/home/gil");
    EXPECT_EQ(account("fay").home, "/home/fay") << home;
    for (const char* name : {"fay", "gil"}) machine_.accounts().remove(name);
    state_.info().accounts.resize(1);
  }
}

TEST_F(SharedHomesTest, AHomeInOneThatIsNotMadeIsNotMadeEither) {
  add(8, "fay", "/home/gil/fay");
  add(9, "gil", "/home/gil");
  Findings counted(findings_);
  AccountMapping mapping = map_accounts(state_.info(), machine_, options_, counted);
  machine_.add_account("late", 1009);
  make_accounts(mapping, machine_.accounts(), counted);
  ASSERT_THAT(mapping.restored, SizeIs(1)) << findings_.text();
  EXPECT_EQ(mapping.restored[0].destination.name, "ann");
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2));
}

TEST_F(AccountMappingTest, AHomeThatSurvivedIsUsedAgain) {
  machine_.add_file("/home/ann/old", "x");
  machine_.files().edit("/home/ann", [](Metadata& m) { m.uid = 1000; });
  map();
  EXPECT_EQ(account("ann").home, "/home/ann");
}

}  // namespace
}  // namespace rehome::load
