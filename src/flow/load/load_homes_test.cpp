// SPDX-License-Identifier: Apache-2.0
// Homes that accounts shared, or had in each other's.

#include <gmock/gmock.h>

#include "flow/load/load.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::SizeIs;

class HomesInHomesTest : public LoadTest {
 protected:
  HomesInHomesTest() {
    add(8, "fay", "/home/gil/users/fay");
    add(9, "gil", "/home/gil");
    add(10, "eve", "/home/gil");
  }
  void add(AccountNumber number, const std::string& name, const MachinePath& home) {
    CapturedAccount& added = state_.add_account(number, name, 1000 + number);
    added.account.home = added.canonical_home = home;
    options_.accounts.push_back(number);
  }
};

TEST_F(HomesInHomesTest, AreFilledAndOwnedAsTheyWere) {
  // Without their folders, as rules bring them that take single files.
  state_.add_file(8, "letters/f", "fay's");
  state_.add_file(10, "e", "eve's");
  state_.add_file(9, "g", "gil's");
  run();
  EXPECT_EQ(content("/home/gil/users/fay/letters/f"), "fay's") << findings_.text();
  EXPECT_EQ(content("/home/gil/e"), "eve's");
  EXPECT_EQ(at("/home/gil").metadata.uid, 1009U);
  EXPECT_EQ(at("/home/gil/users").metadata.uid, 1009U);
  EXPECT_EQ(at("/home/gil/users/fay").metadata.uid, 1008U);
  EXPECT_EQ(at("/home/gil/users/fay/letters").metadata.uid, 1008U);
  EXPECT_EQ(at("/home/gil/e").metadata.uid, 1010U);
  const auto before = tree("/home");
  EXPECT_EQ(run().written, 0U) << findings_.text();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(HomesInHomesTest, AreAsTheCatalogHasThem) {
  for (const AccountNumber account : {8U, 9U}) state_.add_folder(account, "").metadata.mode = 0751;
  const Object users = state_.add_folder(9, "users");
  run();
  EXPECT_EQ(at("/home/gil").metadata.mode, 0751U);
  EXPECT_EQ(at("/home/gil/users/fay").metadata.mode, 0751U);
  EXPECT_EQ(at("/home/gil/users").metadata.modified, users.metadata.modified);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), IsEmpty()) << findings_.text();
}

TEST_F(HomesInHomesTest, ADryRunMakesNone) {
  state_.add_file(8, "f", "fay's");
  options_.dry_run = true;
  EXPECT_EQ(run().homes.at("fay"), "/home/gil/users/fay");
  EXPECT_FALSE(exists("/home/gil"));
}

TEST_F(HomesInHomesTest, ARestoreThatEndedBeforeTheyWereMadeGoesOn) {
  state_.add_file(8, "f", "fay's");
  state_.before_content = [&](const Object&) { progress_.cancelled = true; };
  EXPECT_EQ(run_failing().code(), ErrorCode::cancelled);
  machine_.files().remove("/home/gil/users/fay");
  state_.before_content = nullptr;
  progress_.cancelled = false;
  run();
  EXPECT_EQ(content("/home/gil/users/fay/f"), "fay's") << findings_.text();
  EXPECT_EQ(at("/home/gil/users/fay").metadata.uid, 1008U);
}

TEST_F(HomesInHomesTest, AreMadeForWhoHasNothingInThem) {
  run();
  EXPECT_EQ(at("/home/gil").metadata.uid, 1009U);
  EXPECT_EQ(at("/home/gil/users/fay").metadata.uid, 1008U);
  EXPECT_EQ(at("/home/ann").metadata.uid, 1000U);
}

/// Killed after any change of the account files.
TEST_F(HomesInHomesTest, AreTheSameHoweverManyAccountsWereMadeBefore) {
  state_.add_file(8, "f", "fay's");
  state_.add_file(9, "g", "gil's");
  bool was_whole = false;
  for (std::uint64_t change = 1; change < 20 && !was_whole; ++change) {
    machine_.accounts().fail_changes_from(change, ErrorCode::io);
    try {
      run();
      was_whole = true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io) << change;
    }
    machine_.accounts().fail_changes_from(0, ErrorCode::io);
    run();
    EXPECT_EQ(content("/home/gil/users/fay/f"), "fay's") << findings_.text();
    EXPECT_EQ(account("eve").home, "/home/gil");
    EXPECT_THAT(findings_.of(FindingKind::refused), IsEmpty()) << findings_.text();
    for (const char* name : {"ann", "fay", "gil", "eve"}) machine_.accounts().remove(name);
    machine_.files().remove("/home/gil");
  }
  EXPECT_TRUE(was_whole);
}

TEST_F(HomesInHomesTest, NoLinkFromTheStoreTakesTheirPlace) {
  machine_.add_folder("/srv/data");
  machine_.files().edit("/srv/data", [](Metadata& m) { m.uid = 1008; });
  const auto before = tree("/srv");
  for (const char* name : {"users", "users/fay"}) state_.add_symlink(9, name, "/srv/data");
  state_.add_folder(8, "");
  state_.add_file(8, "f", "fay's");
  run();
  EXPECT_EQ(tree("/srv"), before) << findings_.text();
  EXPECT_EQ(content("/home/gil/users/fay/f"), "fay's");
  EXPECT_EQ(machine_.files().target_of("/home/gil/users(1)"), "/srv/data");
}

TEST_F(HomesInHomesTest, NoFolderOfTheOuterAccountTakesTheirPlace) {
  for (const char* name : {"users", "users/fay"}) state_.add_folder(9, name);
  state_.add_folder(8, "");
  state_.add_file(8, "f", "fay's");
  run();
  EXPECT_EQ(content("/home/gil/users/fay/f"), "fay's") << findings_.text();
  EXPECT_EQ(at("/home/gil/users/fay").metadata.uid, 1008U);
}

TEST_F(HomesInHomesTest, ALinkInTheWayCostsTheInnerAccountOnly) {
  run();
  machine_.add_folder("/srv/fay");
  machine_.files().edit("/srv/fay", [](Metadata& m) { m.uid = 1008; });
  machine_.files().rename("/home/gil/users", "/home/gil/away");
  machine_.add_symlink("/home/gil/users", "/srv");
  state_.info().accounts[1].account.groups = {"team"};
  state_.info().groups.push_back({"team", 2000, {}});
  state_.add_file(8, "f", "fay's");
  state_.add_file(9, "g", "gil's");
  findings_.clear();
  const LoadReport report = run();
  EXPECT_FALSE(exists("/srv/fay/f"));
  EXPECT_EQ(content("/home/gil/g"), "gil's") << findings_.text();
  EXPECT_FALSE(report.homes.contains("fay"));
  EXPECT_THAT(machine_.accounts().groups(), Each(Field(&Group::name, Ne("team")))) << "it joins nothing";
  const auto left_out = findings_.of(FindingKind::not_restored);
  ASSERT_THAT(left_out, SizeIs(1)) << findings_.text();
  EXPECT_EQ(left_out[0].account, 8U);
  EXPECT_THAT(left_out[0].message, HasSubstr("/home/gil/users is a link"));
  EXPECT_EQ(report.findings.errors, 1U);
}

TEST_F(HomesInHomesTest, WhatIsPutInTheWayOfAnOpenHomeMovesNothing) {
  run();
  machine_.add_folder("/srv/fay");
  machine_.files().edit("/srv/fay", [](Metadata& m) { m.uid = 1008; });
  state_.add_file(8, "f", "fay's");
  state_.before_visit = [&] {
    if (exists("/home/gil/away")) return;
    machine_.files().rename("/home/gil/users", "/home/gil/away");
    machine_.add_symlink("/home/gil/users", "/srv");
  };
  run();
  EXPECT_FALSE(exists("/srv/fay/f"));
  EXPECT_EQ(content("/home/gil/away/fay/f"), "fay's") << findings_.text();
}

}  // namespace
}  // namespace rehome::load
