// SPDX-License-Identifier: Apache-2.0
#include "flow/load/load.h"

#include <cerrno>
#include <gmock/gmock.h>

#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

TEST_F(LoadTest, BringsFilesFoldersAndLinksWithTheirMetadata) {
  state_.add_folder(kAnn, "").metadata.mode = 0750;
  const Object folder = state_.add_folder(kAnn, "letters");
  const Object file = state_.add_file(kAnn, "letters/a.txt", "dear bob");
  state_.add_symlink(kAnn, "link", "letters/a.txt");
  const LoadReport report = run();

  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), IsEmpty()) << findings_.text();
  EXPECT_EQ(content("/home/ann/letters/a.txt"), "dear bob");
  EXPECT_EQ(at("/home/ann/letters/a.txt").metadata.modified, file.metadata.modified);
  EXPECT_EQ(at("/home/ann/letters/a.txt").metadata.mode, 0640U);
  EXPECT_EQ(at("/home/ann/letters/a.txt").metadata.uid, 1000U);
  EXPECT_EQ(at("/home/ann/letters").metadata.modified, folder.metadata.modified);
  EXPECT_EQ(at("/home/ann").metadata.mode, 0750U);
  EXPECT_EQ(machine_.files().target_of("/home/ann/link"), "letters/a.txt");
  EXPECT_EQ(report.objects, 4U);
  EXPECT_EQ(report.written, 4U);
  EXPECT_EQ(report.content_bytes, 8U);
  EXPECT_THAT(report.created_accounts, ElementsAre("ann"));
  EXPECT_EQ(report.homes.at("ann"), "/home/ann");
  EXPECT_EQ(progress_.objects, 4U);
  EXPECT_EQ(progress_.expected_objects, 4U);
  EXPECT_EQ(progress_.bytes, 8U);
  EXPECT_EQ(progress_.expected_bytes, 8U);
}

TEST_F(LoadTest, ASecondRunChangesNothing) {
  state_.add_folder(kAnn, "");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a.txt", std::string(5000, 'a'));
  state_.add_file(kAnn, "d/taken.txt", "from the store");
  state_.add_symlink(kAnn, "d/s", "nowhere");
  Object& leader = state_.add_file(kAnn, "d/leader", "linked");
  leader.link_group = 1;
  leader.leads_link_group = true;
  Object& member = state_.add(NodeKind::file, kAnn, "member");
  member.link_group = 1;
  member.metadata.modified = state_.objects()[5].metadata.modified;
  state_.add(NodeKind::fifo, kAnn, "fifo");
  machine_.add_file("/home/ann/d/taken.txt", "from here, something longer");
  machine_.files().edit("/home/ann", [](Metadata& m) { m.uid = 1000; });

  const LoadReport first = run();
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(1)) << findings_.text();
  const auto before = tree("/home");
  clock_.advance(std::chrono::hours(1));
  machine_.failures().clear_counts();
  const LoadReport second = run();
  EXPECT_EQ(tree("/home"), before);
  EXPECT_EQ(second.written, 0U);
  EXPECT_EQ(second.already_there, first.objects);
  EXPECT_EQ(machine_.failures().calls(Operation::set_metadata), 0U);
  EXPECT_EQ(machine_.failures().calls(Operation::create_file), 0U);
  EXPECT_THAT(second.created_accounts, IsEmpty());
}

TEST_F(LoadTest, ADryRunChangesNothingAndSaysWhatItWouldDo) {
  state_.add_folder(kAnn, "");
  state_.add_file(kAnn, "a.txt", "one");
  machine_.add_account("bob", 1001);
  state_.add_account(8, "bob", 1001);
  state_.add_file(8, "x.txt", "ours");
  state_.add_file(8, "same.txt", "same");
  machine_.add_file("/home/bob/x.txt", "theirs");
  machine_.add_file("/home/bob/same.txt", "same");
  options_.accounts = {kAnn, 8};
  options_.dry_run = true;
  const auto before = tree("/");
  const LoadReport report = run();
  EXPECT_EQ(tree("/"), before);
  EXPECT_THAT(report.created_accounts, ElementsAre("ann"));
  EXPECT_THAT(machine_.accounts().list(), SizeIs(2));
  EXPECT_EQ(report.written, 3U);
  EXPECT_EQ(report.already_there, 1U);
  const auto renamed = findings_.of(FindingKind::renamed);
  ASSERT_THAT(renamed, SizeIs(1)) << findings_.text();
  EXPECT_EQ(renamed[0].path, "/home/bob/x(1).txt");
}

TEST_F(LoadTest, FilesOfAnExistingAccountKeepTheirGroupByName) {
  machine_.add_account("ann", 1000);
  machine_.accounts().create_group({"other", 2000, {}});
  state_.info().groups.push_back({"team", 2000, {}});
  state_.info().accounts[0].account.groups = {"team"};
  state_.add_file(kAnn, "plan", "x").metadata.gid = 2000;
  run();
  EXPECT_NE(group("team").gid, 2000U);
  EXPECT_EQ(at("/home/ann/plan").metadata.gid, group("team").gid) << findings_.text();
}

TEST_F(LoadTest, MoreFoldersThanAreKeptOpenGetTheirTimes) {
  state_.add_folder(kAnn, "");
  for (int i = 0; i < 700; ++i) state_.add_folder(kAnn, "d" + std::to_string(i)).metadata.modified = {1000 + i, 5};
  run();
  EXPECT_TRUE(findings_.of(FindingKind::metadata_lost).empty()) << findings_.text();
  for (int i = 0; i < 700; ++i) {
    EXPECT_EQ(at("/home/ann/d" + std::to_string(i)).metadata.modified, (Timestamp{1000 + i, 5})) << i;
  }
}

TEST_F(LoadTest, WhoseAnIdWasIsSaidAsItIs) {
  state_.add_account(8, "ben", 1001);  // not restored
  state_.add_account(9, "cleo", 1002);
  state_.info().groups.push_back({"team", 2000, {}});
  machine_.add_account("zoe", 1001);
  const auto add = [&](const std::string& name, std::uint32_t uid, std::uint32_t gid) {
    Metadata& metadata = state_.add_file(kAnn, name, "x").metadata;
    metadata.uid = uid;
    metadata.gid = gid;
  };
  add("bens", 1001, 1000);
  add("cleos", 1002, 2000);
  add("strangers", 3000, 1000);
  run();
  EXPECT_EQ(at("/home/ann/bens").metadata.uid, 1000U);
  EXPECT_EQ(at("/home/ann/cleos").metadata.uid, 1002U);
  const std::string said = findings_.text();
  EXPECT_THAT(said,
              HasSubstr("uid 1001 was ben at the source, who is not restored and not known here, and is zoe here; "
                        "files with it go to the account they are restored with"));
  EXPECT_THAT(
      said,
      HasSubstr(
          "uid 1002 was cleo at the source, who is not restored and not known here; where it is kept, it stays a "));
  EXPECT_THAT(
      said,
      HasSubstr("gid 2000 was the group team at the source, which is not here; where it is kept, it stays a number"));
  EXPECT_THAT(said, HasSubstr("uid 3000 has no name in the store; where it is kept, it stays a number"));
}

TEST_F(LoadTest, OneRestoreAtATimeWorksOnADestination) {
  state_.add_file(kAnn, "a", "x");
  auto other = machine_.accounts().lock_for_restore();
  EXPECT_EQ(run_failing().code(), ErrorCode::busy);
  EXPECT_FALSE(exists("/home/ann"));
  options_.dry_run = true;
  EXPECT_EQ(run().objects, 1U) << "it writes nothing, and waits for nobody";
  options_.dry_run = false;
  other.reset();
  EXPECT_EQ(run().written, 1U);
  EXPECT_EQ(run().already_there, 1U) << "the first has ended";
}

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

TEST_F(LoadTest, HolesStayHoles) {
  std::string bytes(3'000'000, '\0');
  bytes.replace(0, 4, "head");
  bytes.replace(2'000'000, 4, "tail");
  Object& object = state_.add_file(kAnn, "sparse", bytes);
  object.extents = {{0, 4096}, {2'000'000, 4096}};
  state_.add_file(kAnn, "all hole", std::string(8192, '\0')).extents = {{0, 0}};
  run();
  EXPECT_EQ(content("/home/ann/sparse"), bytes);
  EXPECT_LT(at("/home/ann/sparse").allocated, 1'000'000U);
  EXPECT_EQ(content("/home/ann/all hole"), std::string(8192, '\0'));
  EXPECT_EQ(at("/home/ann/all hole").allocated, 0U);
  const auto before = tree("/home");
  EXPECT_EQ(run().already_there, 2U);
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(LoadTest, MissingFoldersOnTheWayBelongToTheAccountAndArePrivate) {
  state_.add_file(kAnn, "a/b/c.txt", "x");
  run();
  for (const char* path : {"/home/ann", "/home/ann/a", "/home/ann/a/b"}) {
    EXPECT_EQ(at(path).metadata.uid, 1000U) << path;
    EXPECT_EQ(at(path).metadata.mode, 0700U) << path;
  }
}

TEST_F(LoadTest, AHomeThatSurvivedBelongsToTheNewAccount) {
  constexpr std::uint32_t kOldStyleUid = 500;  // below today's UID_MIN
  machine_.add_file("/home/ann/old", "x");
  machine_.files().edit("/home/ann", [](Metadata& m) { m.uid = m.gid = kOldStyleUid; });
  state_.info().accounts[0].account.uid = kOldStyleUid;
  state_.add_file(kAnn, "a", "x");
  run();
  EXPECT_EQ(account("ann").uid, 1000U);
  EXPECT_EQ(at("/home/ann").metadata.uid, 1000U);
  EXPECT_EQ(content("/home/ann/old"), "x");
}

TEST_F(LoadTest, AnUnreadableContentCostsOneFileOnly) {
  state_.add_file(kAnn, "good", "x");
  state_.add(NodeKind::file, kAnn, "bad").size = 5;
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 1U);
  const auto damaged = findings_.of(FindingKind::damaged);
  ASSERT_THAT(damaged, SizeIs(1)) << findings_.text();
  EXPECT_EQ(damaged[0].path, "/home/ann/bad");
  EXPECT_EQ(damaged[0].account, kAnn);
  EXPECT_FALSE(exists("/home/ann/bad"));
  EXPECT_EQ(report.findings.errors, 1U);
}

TEST_F(LoadTest, SizesThatLieLeaveNoFile) {
  state_.add_file(kAnn, "says less", "12345").size = 3;
  state_.add_file(kAnn, "says more", "12345").size = 50;
  state_.add_file(kAnn, "wraps", "12345").extents = {{UINT64_MAX - 2, 0}};
  state_.add_file(kAnn, "backwards", "12345").extents = {{3, 2}, {0, 2}};
  run();
  EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(3)) << findings_.text();
  for (const char* name : {"says less", "says more", "backwards"}) {
    EXPECT_FALSE(exists(std::string("/home/ann/") + name)) << name;
  }
}

TEST_F(LoadTest, NamesWithAnyByteLand) {
  const std::string strange = "new\nline \xff\xfe\x01";
  state_.add_file(kAnn, strange, "x");
  run();
  EXPECT_EQ(content("/home/ann/" + strange), "x");
}

TEST_F(LoadTest, PathsBeyondAnyLimitOfOneCallLand) {
  std::string rest;
  for (int i = 0; i < 600; ++i) rest += std::to_string(1'000'000'000 + i) + "/";
  state_.add_file(kAnn, rest + "deep", "x");
  run();
  EXPECT_EQ(content("/home/ann/" + rest + "deep"), "x") << findings_.text();
}

TEST_F(LoadTest, OpenFoldersStayBounded) {
  for (int i = 0; i < 2000; ++i) state_.add_file(kAnn, "d" + std::to_string(i) + "/x", "x");
  std::uint64_t most = 0;
  state_.before_content = [&](const Object&) { most = std::max(most, machine_.files().open_folders()); };
  options_.threads = 1;
  run();
  EXPECT_GT(most, 100U);
  EXPECT_LT(most, 400U);
  EXPECT_TRUE(exists("/home/ann/d1999/x"));
}

TEST_F(LoadTest, LocationsThatClimbAreDamageAndWriteNothing) {
  for (const char* rest : {"../bob/x", "a/../../x", "/etc/passwd", "a//b", "a/./b", "..", ".", "a/"}) {
    state_.add_file(kAnn, rest, "x");
  }
  state_.add_file(kAnn, std::string("nul\0byte", 8), "x");
  state_.add_file(kAnn, std::string(300'000, 'a'), "x");
  Object& shown = state_.add_file(kAnn, "", "x");
  shown.kind = NodeKind::file;
  run();
  EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(11)) << findings_.text();
  EXPECT_THAT(machine_.files().paths_below("/home"), ElementsAre("/home/ann"));
}

TEST_F(LoadTest, ObjectsNobodyAskedForAreRefused) {
  state_.gives_everything = true;
  machine_.add_account("bob", 1001);
  state_.add_account(8, "bob", 1001);
  state_.add_file(8, "x", "x");
  state_.add_file(99, "y", "y");
  state_.add_file(99, "z", "z");
  state_.objects().back().location.anchor = KnownFolder::none;
  options_.allow_system = {"/z"};
  run();
  EXPECT_FALSE(exists("/home/bob/x"));
  EXPECT_FALSE(exists("/z"));
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(3)) << findings_.text();
}

TEST_F(LoadTest, SystemObjectsAreRefusedOnceUnlessAllowed) {
  for (int i = 0; i < 5; ++i) state_.add_file(kSystemAccount, "etc/cron.d/evil" + std::to_string(i), "x");
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 0U);
  const auto refused = findings_.of(FindingKind::refused);
  ASSERT_THAT(refused, SizeIs(1)) << findings_.text();
  EXPECT_THAT(refused[0].message, HasSubstr("4 more"));
  EXPECT_THAT(refused[0].path, HasSubstr("/etc/cron.d/evil0"));
}

TEST_F(LoadTest, SystemObjectsThatAreRefusedAreToldApartByTheirTopFolder) {
  for (const char* path : {"etc/a", "etc/b", "data/c"}) state_.add_file(kSystemAccount, path, "x");
  options_.dry_run = true;
  run();
  const auto refused = findings_.of(FindingKind::refused);
  ASSERT_THAT(refused, SizeIs(2)) << findings_.text();
  EXPECT_EQ(refused[0].path, "system: /data/c");
  EXPECT_THAT(refused[1].message, HasSubstr("1 more in /etc"));
}

TEST_F(LoadTest, AForgedCatalogTellsNotMoreThanALimitOfThemApart) {
  for (int i = 0; i < 1000; ++i) state_.add_file(kSystemAccount, "top" + std::to_string(i) + "/x", "x");
  run();
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(65));
}

TEST_F(LoadTest, SaysWhereWhatTheCaptureHoldsLands) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/srv/ann");
  give_to_ann("/srv/ann");
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/home/ann/Dokumente");
  machine_.environment().set_known_folder(KnownFolder::music, "ann", "/srv/ann");
  for (const KnownFolder anchor : {KnownFolder::documents, KnownFolder::music}) {
    state_.add_folder(kAnn, "").location.anchor = anchor;
  }
  state_.add_file(kAnn, "f", "x");
  state_.add_folder(kSystemAccount, "etc/app");
  state_.add_folder(kSystemAccount, "etc/app/d");
  options_.allow_system = {"/etc/app/", "/etc/hosts"};
  for (const bool dry_run : {true, false}) {
    options_.dry_run = dry_run;
    const LoadReport report = run();
    EXPECT_THAT(report.homes, ElementsAre(Pair("ann", "/home/ann")));
    EXPECT_THAT(
        report.known_folders,
        ElementsAre(Pair("ann", ElementsAre(Pair("documents", "/home/ann/Dokumente"), Pair("music", "/srv/ann")))));
    EXPECT_THAT(report.system_locations, ElementsAre(Pair("/etc/app", 2)));
  }
}

TEST_F(LoadTest, AllowedSystemLocationsAreWrittenByWholeComponents) {
  state_.add_file(kSystemAccount, "etc/app/a.conf", "a");
  state_.add_file(kSystemAccount, "etc/application", "no");
  state_.add_file(kSystemAccount, "etc/hosts", "hosts");
  state_.add_file(kSystemAccount, "etc/hosts.deny", "no");
  options_.allow_system = {"/etc/app/", "/etc/hosts"};
  run();
  EXPECT_EQ(content("/etc/app/a.conf"), "a");
  EXPECT_EQ(at("/etc/app").metadata.mode, 0755U);
  EXPECT_EQ(content("/etc/hosts"), "hosts");
  EXPECT_FALSE(exists("/etc/application"));
  EXPECT_FALSE(exists("/etc/hosts.deny"));
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(1));
}

TEST_F(LoadTest, AllowedSystemLocationsMustBePaths) {
  for (const char* location : {"etc/app", "/etc/../root", "", "/etc//x"}) {
    options_.allow_system = {location};
    EXPECT_EQ(run_failing().code(), ErrorCode::invalid_argument) << location;
  }
}

TEST_F(LoadTest, ALinkPlantedAtTheDestinationIsNotFollowed) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/etc/shadow", "secret");
  machine_.add_symlink("/home/ann/x", "/etc");
  machine_.add_symlink("/home/ann/file", "/etc/shadow");
  state_.add_folder(kAnn, "x");
  state_.add_file(kAnn, "x/shadow", "forged");
  state_.add_file(kAnn, "file", "forged");
  run();
  EXPECT_EQ(content("/etc/shadow"), "secret");
  EXPECT_EQ(content("/home/ann/x(1)/shadow"), "forged");
  EXPECT_EQ(content("/home/ann/file(1)"), "forged");
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(2)) << findings_.text();
}

TEST_F(LoadTest, ALinkFromTheStoreIsNeverFollowedEither) {
  state_.add_symlink(kAnn, "x", "/etc");
  state_.add_file(kAnn, "x/cron", "forged");
  state_.add_symlink(kAnn, "y", std::string("../../../etc\n\xff"));
  options_.threads = 1;
  run();
  EXPECT_FALSE(exists("/etc/cron"));
  EXPECT_EQ(machine_.files().target_of("/home/ann/y"), "../../../etc\n\xff");
}

TEST_F(LoadTest, NothingIsWrittenIntoAForeignFileSystemInAHome) {
  machine_.add_account("ann", 1000);
  machine_.files().mount("/home/ann/remote", {.volume_class = VolumeClass::fuse, .type = "sshfs"});
  mount_for_ann("/home/ann/disk");
  state_.add_file(kAnn, "remote/x", "x");
  state_.add_file(kAnn, "disk/x", "x");
  run();
  EXPECT_FALSE(exists("/home/ann/remote/x"));
  EXPECT_EQ(content("/home/ann/disk/x"), "x");
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

TEST_F(LoadTest, WhatABindMountShowsInAHomeStaysItsOwners) {
  machine_.add_account("ann", 1000);
  machine_.add_account("bob", 1001);
  machine_.files().bind("/etc", "/home/ann/d");
  machine_.files().bind("/home/bob", "/home/ann/bob");
  machine_.add_folder("/home/ann/own");
  machine_.files().bind("/home/ann/own", "/home/ann/again");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/cron", "x");
  state_.add_file(kAnn, "bob/x", "x");
  state_.add_file(kAnn, "again/x", "x");
  const auto before = tree("/etc");
  run();
  EXPECT_EQ(tree("/etc"), before);
  EXPECT_EQ(at("/etc").metadata.uid, 0U);
  EXPECT_FALSE(exists("/home/bob/x"));
  EXPECT_EQ(content("/home/ann/own/x"), "x") << findings_.text();
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(3)) << findings_.text();
}

TEST_F(LoadTest, AVolumeOfRootsInAHomeIsNotGivenAway) {
  machine_.add_account("ann", 1000);
  machine_.files().mount("/home/ann/backup", {});
  machine_.files().mount("/home/ann/subvolume", {.type = "btrfs", .is_subvolume = true});
  give_to_ann("/home/ann/subvolume");
  state_.add_folder(kAnn, "backup");
  state_.add_file(kAnn, "subvolume/x", "x");
  run();
  EXPECT_EQ(at("/home/ann/backup").metadata.uid, 0U);
  EXPECT_EQ(content("/home/ann/subvolume/x"), "x");
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

TEST_F(LoadTest, AFolderOfSomebodyElseInAHomeKeepsOwnerAndMode) {
  machine_.add_account("ann", 1000);
  state_.add_folder(kAnn, "");
  for (const std::uint32_t uid : {0U, 1001U, 999U}) {
    const std::string name = "d" + std::to_string(uid);
    machine_.add_file("/home/ann/" + name + "/admin.txt", "x");
    machine_.files().edit("/home/ann/" + name, [&](Metadata& m) {
      m.uid = m.gid = uid;
      m.mode = 0700;
    });
    state_.add_folder(kAnn, name);
  }
  for (const bool dry_run : {true, false}) {
    options_.dry_run = dry_run;
    findings_.clear();
    run();
    EXPECT_EQ(at("/home/ann/d0").metadata.uid, 0U);
    EXPECT_EQ(at("/home/ann/d0").metadata.mode, 0700U);
    EXPECT_EQ(at("/home/ann/d1001").metadata.uid, 1001U);
    EXPECT_EQ(at("/home/ann/d999").metadata.uid, 999U);
    EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(3)) << findings_.text();
  }
  EXPECT_EQ(at("/home/ann").metadata.mode, 0755U) << "what is the account's own is set";
}

TEST_F(LoadTest, AHomeOfRootsStaysRootsUnlessItIsEmpty) {
  for (const bool is_empty : {false, true}) {
    const std::string home = is_empty ? "/srv/empty" : "/srv/www";
    machine_.add_folder(home);
    if (!is_empty) machine_.add_file(home + "/index", "x");
    machine_.files().edit(home, [](Metadata& m) { m.mode = 0700; });
    Account ann = machine_.add_account(is_empty ? "ann2" : "ann1", is_empty ? 1002 : 1001);
    ann.home = home;
    machine_.accounts().set(ann);
    state_.objects().clear();
    state_.add_folder(kAnn, "");
    state_.add_file(kAnn, "x", "x");
    options_.map_user = {{"ann", ann.name}};
    findings_.clear();
    run();
    EXPECT_EQ(at(home).metadata.uid, is_empty ? 1002U : 0U);
    EXPECT_EQ(at(home).metadata.mode, is_empty ? 0755U : 0700U);
    EXPECT_EQ(content(home + "/x"), "x");
    EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(is_empty ? 0 : 1)) << findings_.text();
  }
}

TEST_F(LoadTest, PathsDeeperThanACaptureGoesAreRefused) {
  std::string rest;
  for (int i = 0; i < 4096; ++i) rest += "a/";
  state_.add_file(kAnn, rest + "a", "x");
  state_.add_file(kAnn, rest + "a/a", "x");
  run();
  EXPECT_TRUE(exists("/home/ann/" + rest + "a"));
  EXPECT_FALSE(exists("/home/ann/" + rest + "a/a"));
  EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(1));
}

TEST_F(LoadTest, FoldersThatAreOnlyImpliedNeedInodesToo) {
  machine_.files().mount("/home", {.capacity_inodes = 60});
  std::string rest;
  for (int i = 0; i < 50; ++i) rest += "a/";
  state_.add_folder(kAnn, rest + "a");
  state_.add_file(kAnn, rest + "a/x", "x");
  EXPECT_EQ(run().written, 2U) << "each folder is counted once";
  state_.add_file(kAnn, "b/" + rest + "x", "x");
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_FALSE(exists("/home/ann/b"));
}

TEST_F(LoadTest, TooLittleRoomIsSaidBeforeAnythingIsWritten) {
  machine_.files().mount("/home", {.capacity_bytes = 100'000});
  state_.add_file(kAnn, "big", std::string(200'000, 'x'));
  const Error error = run_failing();
  EXPECT_EQ(error.code(), ErrorCode::no_space);
  EXPECT_THAT(error.message(), HasSubstr("100000 bytes"));
  EXPECT_THAT(error.message(), HasSubstr("200704 bytes"));
  EXPECT_THAT(machine_.accounts().list(), SizeIs(1));
  EXPECT_FALSE(exists("/home/ann"));
}

TEST_F(LoadTest, TooFewInodesAreSaidBeforeAnythingIsWritten) {
  machine_.files().mount("/home", {.capacity_inodes = 5});
  for (int i = 0; i < 10; ++i) state_.add_file(kAnn, "f" + std::to_string(i), "");
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_FALSE(exists("/home/ann"));
}

TEST_F(LoadTest, SizesThatOverflowNeedTooMuchRoom) {
  state_.add(NodeKind::file, kAnn, "a").size = UINT64_MAX;
  state_.add(NodeKind::file, kAnn, "b").size = UINT64_MAX;
  machine_.files().mount("/home", {.capacity_bytes = 1'000'000});
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
}

TEST_F(LoadTest, RoomIsCountedWhereItIsNeeded) {
  machine_.add_account("ann", 1000);
  machine_.files().mount("/home/ann", {.capacity_bytes = 100'000});
  state_.add_account(8, "bob", 1001);
  options_.accounts = {kAnn, 8};
  state_.add_file(8, "big", std::string(200'000, 'x'));
  state_.add_file(kAnn, "small", "x");
  EXPECT_EQ(run().written, 2U);
}

TEST_F(LoadTest, WhatIsThereAlreadyNeedsNoRoom) {
  machine_.files().mount("/home", {.capacity_bytes = 300'000});
  state_.add_file(kAnn, "big", std::string(200'000, 'x'));
  run();
  EXPECT_EQ(run().already_there, 1U);
}

TEST_F(LoadTest, AFullVolumeEndsItAndTheSameCommandGoesOn) {
  for (int i = 0; i < 20; ++i) state_.add_file(kAnn, "f" + std::to_string(i), std::string(1000, 'x'));
  machine_.failures().fail_once(Operation::write, "*", ENOSPC, 10);
  const Error error = run_failing();
  EXPECT_EQ(error.code(), ErrorCode::no_space);
  EXPECT_THAT(error.message(), HasSubstr("goes on"));
  for (const MachinePath& path : machine_.files().paths_below("/home/ann")) {
    EXPECT_EQ(content(path), std::string(1000, 'x')) << path;
  }
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 20U);
  EXPECT_GT(report.already_there, 0U);
  EXPECT_THAT(machine_.files().names_in("/home/ann"), SizeIs(20));
}

TEST_F(LoadTest, OtherFailuresCostOneObject) {
  state_.add_file(kAnn, "a", "x");
  state_.add_file(kAnn, "b", "x");
  state_.add_file(kAnn, "d/c", "x");
  machine_.failures().fail(Operation::commit, "/home/ann/a", EIO);
  machine_.failures().fail(Operation::create_folder, "/home/ann/.rehome-tmp-*", EACCES);
  const LoadReport report = run();
  EXPECT_EQ(report.objects, 1U);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
}

/// Killed or failing at any change of the account files: the next run makes what is missing.
TEST_F(LoadTest, AccountsAreMadeWholeOrNotAtAll) {
  machine_.accounts().create_group({"audio", 29, {}});
  state_.info().accounts[0].account.groups = {"audio"};
  state_.add_file(kAnn, "a", "x");
  bool was_whole = false;
  for (std::uint64_t change = 1; change < 6 && !was_whole; ++change) {
    machine_.accounts().fail_changes_from(change, ErrorCode::io);
    try {
      run();
      was_whole = true;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::io) << change;
    }
    machine_.accounts().fail_changes_from(0, ErrorCode::io);
    run();
    EXPECT_THAT(account("ann").groups, ElementsAre("audio")) << "failed at change " << change;
    machine_.accounts().remove("ann");
  }
  EXPECT_TRUE(was_whole);
}

TEST_F(LoadTest, AnAccountThatCannotBeMadeCostsNoOther) {
  state_.add_account(8, "bob", 1001);
  state_.add_file(kAnn, "a", "x");
  state_.add_file(8, "b", "x");
  options_.accounts = {kAnn, 8};
  machine_.accounts().create_group({"bob", 1001, {}});
  // The first change is ann's group, the second ann.
  machine_.accounts().fail_changes_from(2, ErrorCode::already_exists);
  state_.before_content = [&](const Object&) { ADD_FAILURE() << "nobody was made"; };
  EXPECT_EQ(run().objects, 0U);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
  EXPECT_THAT(machine_.files().paths_below("/home"), IsEmpty());
  machine_.accounts().fail_changes_from(0, ErrorCode::io);
  state_.before_content = nullptr;
  EXPECT_EQ(run().objects, 2U);
  EXPECT_EQ(account("ann").gid, 1000U) << "the group that was made is used";
}

TEST_F(LoadTest, CancellingEndsIt) {
  for (int i = 0; i < 50; ++i) state_.add_file(kAnn, "f" + std::to_string(i), "x");
  state_.before_content = [&](const Object& object) {
    if (object.location.rest == "f5") progress_.cancelled = true;
  };
  EXPECT_EQ(run_failing().code(), ErrorCode::cancelled);
  EXPECT_FALSE(exists("/home/ann/f49"));
}

TEST_F(LoadTest, AServerThatCannotBeReachedEndsIt) {
  for (const char* name : {"a", "b"}) state_.add_file(kAnn, name, "content");
  state_.before_content = [&](const Object&) { throw Error(ErrorCode::unreachable, "cannot speak with smp:443"); };
  EXPECT_EQ(run_failing().code(), ErrorCode::unreachable);
  EXPECT_TRUE(findings_.of(FindingKind::damaged).empty());
  EXPECT_TRUE(findings_.of(FindingKind::not_restored).empty());
}

TEST_F(LoadTest, FoldersOfARestoreThatEndsEarlyBelongToTheirOwners) {
  state_.add_folder(kAnn, "");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a", "x");
  state_.before_content = [&](const Object&) { progress_.cancelled = true; };
  EXPECT_EQ(run_failing().code(), ErrorCode::cancelled);
  for (const char* path : {"/home/ann", "/home/ann/d"}) {
    EXPECT_EQ(at(path).metadata.uid, 1000U) << path;
    EXPECT_EQ(at(path).metadata.mode, 0700U) << path;
  }
}

class KilledRestore : public LoadTest {
 public:
  KilledRestore() {
    state_.add_folder(kAnn, "");
    state_.add_folder(kAnn, "d");
    state_.add_file(kAnn, "d/e/a", "x");
    state_.add_symlink(kAnn, "d/s", "a");
    state_.add(NodeKind::fifo, kAnn, "d/f");
    options_.threads = 1;
  }
  void TestBody() override {}
  /// False where it had ended by then.
  bool run_until(std::uint64_t call) {
    bool is_killed = false;
    machine_.failures().before(Operation::any, "*", [&](const MachinePath&) { is_killed = true; }, call);
    machine_.failures().fail_everything_from(call, EIO);
    try {
      run();
    } catch (const Error&) {
      EXPECT_TRUE(is_killed);
    }
    machine_.failures().clear();
    return is_killed;
  }
  void run_again() {
    findings_.clear();
    run();
    EXPECT_THAT(findings_.of(FindingKind::metadata_lost), IsEmpty()) << findings_.text();
  }
  void expect_owned() {
    for (const MachinePath& path : machine_.files().paths_below("/home")) {
      const bool has_its_name = path.find(kTemporaryPrefix) == std::string::npos;
      EXPECT_TRUE(!has_its_name || at(path).metadata.uid == 1000U) << path;
    }
  }
};

/// Killed before any call whatever: what has a name of the store's by then is its owner's.
TEST(KilledRestoreTest, LeavesNothingThatOnlyRootCanUseAndTheSameCommandGoesOn) {
  bool was_killed = true;
  for (std::uint64_t call = 1; was_killed; ++call) {
    SCOPED_TRACE(call);
    KilledRestore restore;
    was_killed = restore.run_until(call);
    restore.expect_owned();
    restore.run_again();
    restore.expect_owned();
  }
}

TEST_F(LoadTest, EverythingIsDurableWhenItReturns) {
  machine_.files().lose_unsynced();
  state_.add_folder(kAnn, "");
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a", "x");
  run();
  const auto before = tree("/home");
  machine_.files().crash();
  EXPECT_EQ(tree("/home"), before);
  EXPECT_EQ(machine_.failures().calls(Operation::sync), 0U);
  EXPECT_EQ(machine_.failures().calls(Operation::sync_volume), 1U);
}

TEST_F(LoadTest, KnownFoldersFollowTheDestination) {
  machine_.add_account("ann", 1000);
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/home/ann/Dokumente");
  state_.add_file(kAnn, "a.odt", "x").location.anchor = KnownFolder::documents;
  state_.set_content(state_.objects().back().location, "x");
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a.odt"), "x");
}

TEST_F(LoadTest, AKnownFolderElsewhereIsUsedWhereItIsTheAccountsOwn) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/srv/ann");
  machine_.files().edit("/srv/ann", [](Metadata& m) { m.uid = 1000; });
  machine_.add_folder("/srv/shared");
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/srv/ann");
  machine_.environment().set_known_folder(KnownFolder::music, "ann", "/srv/shared");
  machine_.environment().set_known_folder(KnownFolder::videos, "ann", std::nullopt);
  for (const KnownFolder anchor : {KnownFolder::documents, KnownFolder::music, KnownFolder::videos}) {
    Object& object = state_.add_file(kAnn, "a", "x");
    object.location.anchor = anchor;
    state_.set_content(object.location, "x");
  }
  run();
  EXPECT_EQ(content("/srv/ann/a"), "x");
  EXPECT_FALSE(exists("/srv/shared/a"));
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/Videos/a"), "x");
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(1)) << findings_.text();
}

/// Captured settings that say where folders are, and a file "a" in each of some.
class UserDirsTest : public LoadTest {
 protected:
  Object& add_settings(const std::string& text) {
    Object& settings = state_.add_file(kAnn, "user-dirs.dirs", text);
    settings.location.anchor = KnownFolder::config;
    state_.set_content(settings.location, text);
    return settings;
  }
  void add_content(std::initializer_list<KnownFolder> anchors) {
    for (const KnownFolder anchor : anchors) {
      Object& object = state_.add_file(kAnn, "a", "x");
      object.location.anchor = anchor;
      state_.set_content(object.location, "x");
    }
  }
  std::string settings() { return content("/home/ann/.config/user-dirs.dirs"); }
};

TEST_F(UserDirsTest, ANewAccountsFoldersLieWhereItsSettingsSay) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"$HOME//./Dokumente/\"\nXDG_DESKTOP_DIR=\"/home/ann/Tisch\"\n";
  add_settings(text);
  add_content({KnownFolder::documents, KnownFolder::desktop});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x");
  EXPECT_EQ(content("/home/ann/Tisch/a"), "x");
  EXPECT_EQ(settings(), text);
  EXPECT_THAT(findings_.of(FindingKind::renamed), IsEmpty()) << findings_.text();
}

TEST_F(UserDirsTest, WhatLandsElsewhereIsWhereTheRestoredSettingsSay) {
  machine_.add_folder("/srv/roots");
  add_settings(
      "# mine\nXDG_MUSIC_DIR=\"$HOME/../bob\"\nXDG_VIDEOS_DIR=\"/srv/videos\"\nXDG_PICTURES_DIR=\"/srv/roots\"\n"
      "XDG_DOCUMENTS_DIR=\"/nas/ann\"\n");
  add_content({KnownFolder::music, KnownFolder::videos, KnownFolder::pictures});
  run();
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/Videos/a"), "x");
  EXPECT_EQ(content("/home/ann/Pictures/a"), "x");
  EXPECT_EQ(
      settings(),
      "# mine\nXDG_MUSIC_DIR=\"$HOME/Music\"\nXDG_VIDEOS_DIR=\"$HOME/Videos\"\nXDG_PICTURES_DIR=\"$HOME/Pictures\"\n"
      "XDG_DOCUMENTS_DIR=\"/nas/ann\"\n")
      << "nothing of the documents was captured, so nothing of them is elsewhere";
  const auto moved = findings_.of(FindingKind::renamed);
  ASSERT_THAT(moved, SizeIs(3)) << findings_.text();
  EXPECT_EQ(moved[2].path, "/home/ann/Videos");
  EXPECT_THAT(moved[2].message, HasSubstr("/srv/videos at the source"));

  const auto before = tree("/home");
  EXPECT_EQ(run().written, 0U) << findings_.text();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(UserDirsTest, AFolderElsewhereThatIsThereAndTheAccountsOwnIsFilledAgain) {
  machine_.add_folder("/data/ann/docs");
  give_to_ann("/data/ann/docs");
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/ann/docs\"\n";
  add_settings(text);
  add_content({KnownFolder::documents});
  options_.dry_run = true;
  EXPECT_THAT(run().known_folders.at("ann"), Contains(Pair("documents", "/data/ann/docs")));
  options_.dry_run = false;
  run();
  EXPECT_EQ(content("/data/ann/docs/a"), "x");
  EXPECT_FALSE(exists("/home/ann/Documents"));
  EXPECT_EQ(settings(), text);
}

TEST_F(UserDirsTest, ALinkInTheHomeToAFolderOfTheAccountsOwnIsUsed) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/srv/ann");
  give_to_ann("/srv/ann");
  machine_.add_symlink("/home/ann/Dokumente", "/srv/ann");
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/srv/ann/a"), "x") << findings_.text();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
}

TEST_F(UserDirsTest, SettingsThatCannotBeLookedAtDecide) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/home/ann/.config");
  give_to_ann("/home/ann/.config");
  machine_.failures().fail(Operation::inspect, "/home/ann/.config/user-dirs.dirs", EACCES);
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x") << findings_.text();
}

TEST_F(UserDirsTest, ALinkThatAUserSetIsNoWayToAFolderElsewhere) {
  machine_.add_folder("/srv/bob");
  machine_.files().edit("/srv/bob", [](Metadata& m) { m.uid = 1001; });
  machine_.add_folder("/srv/ann");
  give_to_ann("/srv/ann");
  machine_.add_symlink("/srv/bob/docs", "/srv/ann");
  add_settings("XDG_DOCUMENTS_DIR=\"/srv/bob/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_FALSE(exists("/srv/ann/a"));
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
}

TEST_F(UserDirsTest, TheDestinationsOwnSettingsDecideAndAreNoCollisionWithThoseThatFollow) {
  machine_.add_account("ann", 1000);
  const std::string here = "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n";
  machine_.add_file("/home/ann/.config/user-dirs.dirs", here);
  give_to_ann("/home/ann/.config");
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/home/ann/Dokumente");
  add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x");
  EXPECT_EQ(settings(), here);
  EXPECT_FALSE(exists("/home/ann/.config/user-dirs(1).dirs"));
}

TEST_F(UserDirsTest, AFileOfALinkStoreIsNotChangedInTheStore) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  const Location location = add_settings(text).location;
  add_content({KnownFolder::documents});
  machine_.add_file("/home/.store/user-dirs.dirs", text);
  state_.set_linked([&](const Object& object) -> std::optional<testing::FakeState::Stored> {
    if (object.location != location) return std::nullopt;
    return testing::FakeState::Stored{machine_.files().open("/home/.store"), "user-dirs.dirs"};
  });
  run();
  EXPECT_EQ(content("/home/.store/user-dirs.dirs"), text);
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
  EXPECT_EQ(at("/home/ann/.config/user-dirs.dirs").link_count, 1U);
}

TEST_F(UserDirsTest, FurtherNamesOfTheSettingsStayNamesOfOneFile) {
  Object& settings_file = add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  settings_file.link_group = 1;
  settings_file.leads_link_group = true;
  state_.add(NodeKind::file, kAnn, "dotfiles").link_group = 1;
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/dotfiles"), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n") << findings_.text();
  EXPECT_EQ(at("/home/ann/dotfiles").inode, at("/home/ann/.config/user-dirs.dirs").inode);
}

TEST_F(UserDirsTest, TheSettingsFollowAFolderWhoseNameIsTakenByAFile) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/home/ann/Documents", "a note");
  give_to_ann("/home/ann/Documents");
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
  add_content({KnownFolder::documents});
  const auto lands = Contains(Pair("documents", "/home/ann/Documents(1)"));
  options_.dry_run = true;
  EXPECT_THAT(run().known_folders.at("ann"), lands);
  const auto foreseen = findings_.of(FindingKind::renamed);
  options_.dry_run = false;
  findings_.clear();
  EXPECT_THAT(run().known_folders.at("ann"), lands);
  EXPECT_EQ(findings_.of(FindingKind::renamed), foreseen) << findings_.text();
  EXPECT_EQ(content("/home/ann/Documents(1)/a"), "x");
  EXPECT_EQ(content("/home/ann/Documents"), "a note");
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents(1)\"\n");

  const auto before = tree("/home");
  EXPECT_EQ(run().written, 0U) << findings_.text();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(UserDirsTest, SettingsThatCapturedLinksLeadToAreReadAndFollow) {
  // As dotfiles managers leave them: the whole folder is a link, and the file in it another.
  state_.add_file(kAnn, "git/dirs", "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\nXDG_MUSIC_DIR=\"/nas/music\"\n");
  state_.add_symlink(kAnn, "git/config/user-dirs.dirs", "../dirs");
  state_.add_symlink(kAnn, ".config", "/home/ann/git/./config");
  add_content({KnownFolder::documents, KnownFolder::music});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x") << findings_.text();
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/git/dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\nXDG_MUSIC_DIR=\"$HOME/Music\"\n");
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(1)) << findings_.text();
}

TEST_F(UserDirsTest, SettingsThatAreAFurtherNameOfAFileAreReadAndFollow) {
  Object& leader = state_.add_file(kAnn, "dotfiles", "XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  leader.link_group = 1;
  leader.leads_link_group = true;
  Object& member = state_.add(NodeKind::file, kAnn, "user-dirs.dirs");
  member.location.anchor = KnownFolder::config;
  member.link_group = 1;
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n") << findings_.text();
  EXPECT_EQ(at("/home/ann/dotfiles").inode, at("/home/ann/.config/user-dirs.dirs").inode);
}

TEST_F(UserDirsTest, SettingsWhoseLinksLeadElsewhereOrNowhereMoveNothing) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n";
  state_.add_file(kAnn, "dirs", text);
  Object& link = state_.add_symlink(kAnn, "user-dirs.dirs", "");
  link.location.anchor = KnownFolder::config;
  state_.add_symlink(kAnn, "loop", "loop");
  add_content({KnownFolder::documents});
  for (const char* target : {"/srv/ann/dirs", "../../../dirs", "x/../../dirs", "../nothing", "../loop", ""}) {
    state_.objects()[1].link_target = target;
    options_.dry_run = true;
    EXPECT_THAT(run().known_folders.at("ann"), Contains(Pair("documents", "/home/ann/Documents"))) << target;
  }
}

TEST_F(UserDirsTest, AFolderThatIsNotWhereTheSettingsOfThisComputerSayIsReported) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/home/ann/dotfiles/dirs",
                    "XDG_DOCUMENTS_DIR=\"/nas/ann\"\nXDG_MUSIC_DIR=\"$HOME/Music\"\nXDG_VIDEOS_DIR=\"/nas/videos\"\n");
  machine_.add_symlink("/home/ann/.config/user-dirs.dirs", "../dotfiles/dirs");
  add_content({KnownFolder::documents, KnownFolder::music});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  const auto strayed = findings_.of(FindingKind::renamed);
  ASSERT_THAT(strayed, SizeIs(1)) << findings_.text() << "Music is there, and nothing of Videos was captured";
  EXPECT_EQ(strayed[0].path, "/home/ann/Documents");
  EXPECT_THAT(strayed[0].message, HasSubstr("say /nas/ann"));
}

TEST_F(UserDirsTest, SettingsThatALinkOutOfTheHomeLeadsToAreNotRead) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/root/dirs", "XDG_DOCUMENTS_DIR=\"/secret\"\n");
  machine_.add_symlink("/home/ann/.config/user-dirs.dirs", "/root/dirs");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_THAT(findings_.text(), Not(HasSubstr("secret")));
}

TEST_F(UserDirsTest, TwoFoldersInOnePlaceMoveTogether) {
  add_settings("XDG_DOCUMENTS_DIR=\"/data/x\"\nXDG_DOWNLOAD_DIR=\"/data/x\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\nXDG_DOWNLOAD_DIR=\"$HOME/Documents\"\n");
}

TEST_F(UserDirsTest, HolesOfTheSettingsAreZeros) {
  const std::string moved = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  const std::string rest = std::string(3000, '\0') + "\n# the end\n";
  Object& file = add_settings(moved + rest);
  file.size = moved.size() + rest.size();
  file.extents = {{0, moved.size()}, {moved.size() + 3000, 11}};
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n" + rest);
}

TEST_F(UserDirsTest, SettingsOfAnotherSizeThanIsSaidStayAsTheyAre) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  add_content({KnownFolder::documents});
  for (const std::size_t size : {text.size() - 5, text.size() + 5}) {
    state_.objects().erase(state_.objects().begin() + 1, state_.objects().end());
    add_settings(text).size = size;
    findings_.clear();
    run();
    EXPECT_FALSE(exists("/home/ann/.config/user-dirs.dirs"));
    EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(1)) << findings_.text();
  }
}

TEST_F(UserDirsTest, SettingsThatGrewAfterTheCaptureStayAsTheyAre) {
  const Location location = add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n").location;
  add_content({KnownFolder::documents});
  const std::string grown = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n" + std::string(70000, '#');
  state_.set_content(location, grown);
  state_.info().kind = StoreKind::hard_link;
  state_.change_content = [&](Object object) {
    if (object.location == location) object.size = grown.size();
    return object;
  };
  run();
  EXPECT_EQ(settings(), grown);
}

TEST_F(UserDirsTest, SettingsThatCannotBeReadMoveNothing) {
  add_settings(std::string(70000, '#') + "\nXDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_THAT(settings(), HasSubstr("/data/docs"));
}

}  // namespace
}  // namespace rehome::load
