// SPDX-License-Identifier: Apache-2.0
#include "flow/load/load.h"

#include <gmock/gmock.h>

#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
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

}  // namespace
}  // namespace rehome::load
