// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/account_mapping.h"

#include <gmock/gmock.h>

#include "tests/flow/account_mapping_fixture.h"

namespace rehome::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(AccountMappingTest, MakesAMissingAccountAsItWas) {
  source().comment = "Ann Smith,,,";
  source().subuids = {{100000, 65536}};
  source().subgids = {{100000, 65536}};
  map();
  const Account made = account("ann");
  EXPECT_EQ(made.uid, 1000U);
  EXPECT_EQ(made.gid, 1000U);
  EXPECT_EQ(group("ann").gid, 1000U);
  EXPECT_EQ(made.home, "/home/ann");
  EXPECT_EQ(made.comment, "Ann Smith,,,");
  EXPECT_EQ(made.shell, "/bin/bash");
  EXPECT_EQ(made.subuids, source().subuids);
  EXPECT_EQ(made.subgids, source().subgids);
  EXPECT_TRUE(made.locked);
  EXPECT_FALSE(exists("/home/ann")) << "the home comes with its objects";
}

TEST_F(AccountMappingTest, UsesAnExistingAccountAsItIs) {
  machine_.add_account("ann", 1234);
  const AccountMapping mapping = map();
  EXPECT_FALSE(mapping.find(kAnn)->is_new);
  EXPECT_EQ(mapping.find(kAnn)->destination.uid, 1234U);
  EXPECT_EQ(account("ann").gid, 1234U);
  EXPECT_EQ(account("ann").home, "/home/ann");
}

TEST_F(AccountMappingTest, AnExistingAccountJoinsItsGroupsByName) {
  machine_.add_account("ann", 1234);
  machine_.accounts().create_group({"sudo", 27, {}});
  machine_.accounts().create_group({"other", 2000, {}});
  state_.info().groups.push_back({"team", 2000, {}});
  source().groups = {"sudo", "team"};
  map();
  EXPECT_THAT(account("ann").groups, ElementsAre("team"));
  EXPECT_NE(group("team").gid, 2000U) << "that is somebody else's";
  EXPECT_THAT(findings_.of(FindingKind::hazard), SizeIs(1)) << findings_.text();
  options_.allow_groups = {"sudo"};
  map();
  EXPECT_THAT(account("ann").groups, ElementsAre("sudo", "team")) << "as the first restore advised";
  findings_.clear();
  options_.allow_groups = {};
  machine_.accounts().fail_changes_from(1, ErrorCode::io);
  map();
  EXPECT_EQ(findings_.text(), "") << "it is in all of them";
}

TEST_F(AccountMappingTest, AnExistingAccountJoinsWhatWasItsPrimaryGroup) {
  machine_.add_account("ann", 1234);
  state_.info().groups = {{"team", 2000, {}}};
  source().gid = 2000;
  map();
  EXPECT_EQ(account("ann").gid, 1234U);
  EXPECT_THAT(account("ann").groups, ElementsAre("team"));
}

TEST_F(AccountMappingTest, AGroupThatRefusesAnExistingAccountIsALoss) {
  machine_.add_account("ann", 1234);
  machine_.accounts().create_group({"audio", 29, {}});
  source().groups = {"audio"};
  machine_.accounts().fail_changes_from(1, ErrorCode::refused);
  EXPECT_THAT(map().restored, SizeIs(1));
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(AccountMappingTest, TakesOtherIdsWhereTheOldAreTaken) {
  machine_.add_account("bob", 1000);
  source().subuids = {{100000, 65536}};
  Account bob = account("bob");
  bob.subuids = {{100000, 65536}};
  add_here(bob);
  map();
  EXPECT_EQ(account("ann").uid, 1001U);
  EXPECT_EQ(group("ann").gid, 1001U);
  EXPECT_EQ(account("ann").gid, 1001U);
  EXPECT_THAT(account("ann").subuids, ElementsAre(IdRange{165536, 65536}));
}

TEST_F(AccountMappingTest, NoIdOfTheSystemIsEverGiven) {
  for (const std::uint32_t uid : {0U, 33U, 999U, 65534U, 0xFFFFFFFFU, 60001U}) {
    machine_.accounts().remove("ann");
    source().uid = uid;
    map();
    EXPECT_EQ(account("ann").uid, 1000U) << uid;
  }
}

TEST_F(AccountMappingTest, NoFreeUidIsAnError) {
  machine_.accounts().set_limits({.uid_min = 1000, .uid_max = 1000});
  machine_.add_account("bob", 1000);
  EXPECT_EQ(map_failing().code(), ErrorCode::limit_exceeded);
}

TEST_F(AccountMappingTest, MapsToAnotherName) {
  options_.map_user = {{"ann", "anna"}};
  map();
  EXPECT_EQ(account("anna").home, "/home/anna");
  EXPECT_EQ(account("anna").uid, 1000U);
  EXPECT_EQ(group("anna").gid, 1000U);
}

TEST_F(AccountMappingTest, NeverRestoresToTheSystemsAccounts) {
  Account daemon;
  daemon.name = "daemon";
  daemon.uid = 1;
  daemon.kind = AccountKind::local;  // whatever the file says
  add_here(daemon);
  Account nobody;
  nobody.name = "nobody";
  nobody.uid = 65534;
  add_here(nobody);
  Account service;
  service.name = "svc";
  service.uid = 2000;
  service.kind = AccountKind::service;
  add_here(service);
  for (const char* name : {"root", "daemon", "nobody", "svc"}) {
    options_.map_user = {{"ann", name}};
    const Error error = map_failing();
    EXPECT_EQ(error.code(), ErrorCode::refused) << name;
    EXPECT_THAT(error.message(), HasSubstr("--map-user"));
  }
}

TEST_F(AccountMappingTest, NamesThatForgeLinesAreLeftOut) {
  for (const std::string& name :
       std::vector<std::string>{"a:b", "evil\nroot2", "-rf", "", "../x", "1000", std::string(33, 'a')}) {
    findings_.clear();
    source().name = name;
    EXPECT_THAT(map().restored, IsEmpty()) << name;
    EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << name;
  }
}

TEST_F(AccountMappingTest, AnAllowedGroupThatNobodyKnowsIsSaid) {
  machine_.accounts().create_group({"docker", 998, {}});
  state_.info().groups.push_back({"project", 1500, {}});
  options_.allow_groups = {"docker", "project", "dokcer"};
  map();
  EXPECT_THAT(findings_.text(), HasSubstr("there is no group dokcer"));
  EXPECT_THAT(findings_.text(), Not(HasSubstr("there is no group docker")));
  EXPECT_THAT(findings_.text(), Not(HasSubstr("there is no group project")));
}

TEST_F(AccountMappingTest, JoinsGroupsByName) {
  machine_.accounts().create_group({"sudo", 27, {}});
  machine_.accounts().create_group({"docker", 998, {}});
  machine_.accounts().create_group({"audio", 29, {}});
  machine_.add_account("bob", 1001);
  machine_.accounts().create_group({"taken", 1500, {}});
  state_.info().groups.push_back({"project", 1500, {}});
  state_.info().groups.push_back({"scanner", 120, {}});
  source().groups = {"audio", "bad\nname", "bob", "docker", "project", "scanner", "sudo"};
  options_.allow_groups = {"docker"};
  map();
  EXPECT_THAT(account("ann").groups, ElementsAre("audio", "docker", "project"));
  EXPECT_EQ(group("project").gid, 1002U) << "1500 is taken, 1000 is ann's, 1001 is bob's";
  EXPECT_EQ(group("scanner").name, "");
  EXPECT_THAT(findings_.of(FindingKind::hazard), SizeIs(2)) << "sudo and bob\n" << findings_.text();
}

TEST_F(AccountMappingTest, AMembershipThatWaitsForTheNameIsSaid) {
  machine_.accounts().create_group({"sudo", 27, {"ann"}});
  machine_.accounts().create_group({"audio", 29, {"ann"}});
  map();
  EXPECT_THAT(findings_.of(FindingKind::hazard), SizeIs(1)) << findings_.text();
  machine_.accounts().remove("ann");
  options_.allow_groups = {"sudo"};
  map();
  EXPECT_THAT(findings_.of(FindingKind::hazard), SizeIs(1)) << "none was added\n" << findings_.text();
}

TEST_F(AccountMappingTest, APrivilegedPrimaryGroupIsReplaced) {
  machine_.accounts().create_group({"sudo", 27, {}});
  state_.info().groups = {{"sudo", 27, {}}};
  source().gid = 27;
  map();
  EXPECT_EQ(account("ann").gid, group("ann").gid);
  EXPECT_THAT(findings_.of(FindingKind::hazard), SizeIs(1));
}

TEST_F(AccountMappingTest, ASharedPrimaryGroupIsKeptByName) {
  machine_.accounts().create_group({"users", 100, {}});
  state_.info().groups = {{"users", 985, {}}};
  source().gid = 985;
  map();
  EXPECT_EQ(account("ann").gid, 100U);
}

TEST_F(AccountMappingTest, AnAccountCannotBeCalledLikeASystemGroup) {
  machine_.accounts().create_group({"shadow", 42, {}});
  source().name = "shadow";
  state_.info().groups.clear();
  EXPECT_EQ(map_failing().code(), ErrorCode::refused);
}

TEST_F(AccountMappingTest, SubordinateRangesNeverHoldAnAccount) {
  Account far;
  far.name = "far";
  far.uid = 200000;
  far.kind = AccountKind::domain;
  add_here(far);
  source().subuids = {{0, 65536}, {150000, 65536}, {4294967000, 1000}, {100000, 0}, {100000, 0xFFFFFFFF}};
  map();
  for (const IdRange range : account("ann").subuids) {
    EXPECT_GE(range.first, 100000U);
    EXPECT_FALSE(range.first <= 200000 && 200000 < range.first + range.count) << range.first;
  }
  EXPECT_THAT(account("ann").subuids, SizeIs(3));
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(2));
}

TEST_F(AccountMappingTest, RangesOfWhomIsNoAccountAreTaken) {
  machine_.accounts().add_subuids({"containers", {100000, 65536}});
  machine_.accounts().add_subgids({"containers", {200000, 65536}});
  machine_.accounts().add_subuids({"ann", {300000, 65536}});  // of an earlier ann
  source().subuids = {{100000, 65536}, {300000, 65536}};
  source().subgids = {{200000, 65536}};
  map();
  EXPECT_THAT(account("ann").subuids, ElementsAre(IdRange{165536, 65536}, IdRange{300000, 65536}));
  EXPECT_THAT(account("ann").subgids, ElementsAre(IdRange{100000, 65536}));
}

TEST_F(AccountMappingTest, SubordinateGidsStandAgainstGroupsAndNotAgainstAccounts) {
  Account far;
  far.name = "far";
  far.uid = 150000;
  far.kind = AccountKind::domain;
  add_here(far);
  machine_.accounts().create_group({"farther", 350000, {}});
  source().subuids = {{100000, 65536}, {300000, 65536}};
  source().subgids = {{100000, 65536}, {300000, 65536}};
  map();
  EXPECT_THAT(account("ann").subuids, ElementsAre(IdRange{150001, 65536}, IdRange{300000, 65536}));
  EXPECT_THAT(account("ann").subgids, ElementsAre(IdRange{100000, 65536}, IdRange{165536, 65536}));
}

TEST_F(AccountMappingTest, NoIdOfARangeIsGiven) {
  machine_.accounts().add_subuids({"containers", {1000, 500}});
  machine_.accounts().add_subgids({"containers", {1000, 600}});
  map();
  EXPECT_EQ(account("ann").uid, 1500U);
  EXPECT_EQ(account("ann").gid, 1600U);
}

TEST_F(AccountMappingTest, WhomADirectoryDoesNotListIsKnownAllTheSame) {
  Account unlisted;
  unlisted.name = "yan";
  unlisted.uid = 1000;
  unlisted.kind = AccountKind::domain;
  unlisted.home = "/home/yan";
  machine_.accounts().set_unlisted(unlisted);
  map();
  EXPECT_EQ(account("ann").uid, 1001U);
  machine_.accounts().remove("ann");
  source().name = "yan";
  EXPECT_FALSE(map().find(kAnn)->is_new);
  EXPECT_EQ(map().find(kAnn)->destination.uid, 1000U);
}

TEST_F(AccountMappingTest, ADirectorysGroupIsNotJoinedAndSaysSo) {
  machine_.accounts().create_group({"sales", 70009, {}, false});
  source().groups = {"sales"};
  map();
  EXPECT_THAT(account("ann").groups, IsEmpty());
  EXPECT_THAT(findings_.text(), HasSubstr("sales"));
}

TEST_F(AccountMappingTest, DomainAccountsAreUsedOrLeftOut) {
  source().kind = AccountKind::domain;
  EXPECT_THAT(map().restored, IsEmpty());
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1));
  options_.map_user = {{"ann", "ann"}};
  EXPECT_THAT(map().restored, SizeIs(1));
  EXPECT_EQ(account("ann").uid, 1000U);
}

TEST_F(AccountMappingTest, ADomainAccountOfTheSameNameIsUsed) {
  source().kind = AccountKind::domain;
  Account here = machine_.add_account("ann", 70000);
  here.kind = AccountKind::domain;
  add_here(here);
  EXPECT_EQ(map().find(kAnn)->destination.uid, 70000U);
}

TEST_F(AccountMappingTest, WhatTheStoreDoesNotHoldIsNotFound) {
  options_.accounts = {99};
  EXPECT_EQ(map_failing().code(), ErrorCode::not_found);
  options_.accounts = {kAnn};
  options_.map_user = {{"nan", "x"}};
  EXPECT_EQ(map_failing().code(), ErrorCode::not_found);
}

TEST_F(AccountMappingTest, TwoAccountsOfAPersonMayBecomeOne) {
  state_.add_account(8, "annie", 1001);
  options_.accounts = {kAnn, 8};
  options_.map_user = {{"annie", "ann"}};
  const AccountMapping mapping = map();
  EXPECT_EQ(mapping.find(8)->destination.uid, 1000U);
  EXPECT_FALSE(mapping.find(8)->is_new);
  EXPECT_THAT(machine_.accounts().list(), SizeIs(2));
}

TEST_F(AccountMappingTest, AWindowsAccountLosesItsComputersName) {
  state_.info().flavour = MachineFlavour::windows;
  source().name = "OLDPC\\ann";
  source().uid = source().gid = 0;
  source().home = "C:/Users/ann";
  source().shell = "";
  map();
  EXPECT_EQ(account("ann").uid, 1000U);
  EXPECT_EQ(account("ann").home, "/home/ann");
}

}  // namespace
}  // namespace rehome::load
