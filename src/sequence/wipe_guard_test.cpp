// SPDX-License-Identifier: Apache-2.0
#include "sequence/wipe_guard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rehome::sequence {
namespace {

using testing::Contains;
using testing::HasSubstr;

/// A volume that may be wiped; each test takes one thing away from it.
WipeFacts good() {
  WipeFacts facts;
  facts.folder = "/";
  facts.protected_folder = {.path = "/rehome", .kind = ProtectedFolder::Kind::folder};
  facts.store = {.path = "/rehome/store", .place = StorePlace::protected_folder, .is_verified = true};
  facts.captured = {{.name = "ann", .uid = 1000, .home = "/home/ann"},
                    {.name = "bob", .uid = 1001, .home = "/home/bob"}};
  facts.accounts = facts.captured;
  facts.homes = {{.path = "/home/ann", .uid = 1000, .owner = "ann", .is_listed = true},
                 {.path = "/home/bob", .uid = 1001, .owner = "bob", .is_listed = true}};
  return facts;
}

void expect_refusal(const WipeFacts& facts, Clause clause, const std::string& thing, const std::string& cause) {
  const std::vector<Reason> reasons = reasons_against_wipe(facts);
  ASSERT_EQ(reasons.size(), 1U) << testing::PrintToString(one_screen(reasons));
  EXPECT_EQ(reasons[0].clause, clause) << to_text(reasons[0]);
  EXPECT_EQ(reasons[0].thing, thing);
  EXPECT_THAT(reasons[0].cause, HasSubstr(cause));
  EXPECT_NE(reasons[0].remedy, "");
}

TEST(WipeGuard, NothingSpeaksAgainstAVolumeThatIsSafeElsewhere) {
  EXPECT_TRUE(reasons_against_wipe(good()).empty());
  EXPECT_TRUE(one_screen({}).empty());
}

TEST(WipeGuard, NoFactsAreNoPermission) { EXPECT_FALSE(reasons_against_wipe({}).empty()); }

TEST(WipeGuard, TheProtectedFolderIsARealFolderOfRootAlone) {
  const auto with = [](const auto& change) {
    WipeFacts facts = good();
    change(facts.protected_folder);
    return facts;
  };
  const auto refused = [](const WipeFacts& facts, const char* cause) {
    expect_refusal(facts, Clause::protected_folder, "/rehome", cause);
  };
  refused(with([](auto& folder) { folder.kind = ProtectedFolder::Kind::missing; }), "not there");
  refused(with([](auto& folder) { folder.kind = ProtectedFolder::Kind::link; }), "link");
  refused(with([](auto& folder) { folder.kind = ProtectedFolder::Kind::other; }), "no folder");
  refused(with([](auto& folder) { folder.is_mount = true; }), "mounted");
  refused(with([](auto& folder) { folder.mode = 0701; }), "0701");
  refused(with([](auto& folder) { folder.mode = 01700; }), "1700");
  refused(with([](auto& folder) { folder.mode = 0500; }), "0500");
  refused(with([](auto& folder) { folder.uid = 1000; }), "1000:0");
  refused(with([](auto& folder) { folder.gid = 100; }), "0:100");
  refused(with([](auto& folder) { folder.is_wipe_begun = true; }), "has begun");
}

TEST(WipeGuard, TheStoreSurvives) {
  const auto at = [](StorePlace place) {
    WipeFacts facts = good();
    facts.store.place = place;
    return facts;
  };
  expect_refusal(at(StorePlace::wiped), Clause::store, "/rehome/store", "outside of the protected folder");
  expect_refusal(at(StorePlace::in_memory), Clause::store, "/rehome/store", "memory");
  expect_refusal(at(StorePlace::unknown), Clause::store, "/rehome/store", "cannot be told");
  EXPECT_TRUE(reasons_against_wipe(at(StorePlace::other_volume)).empty());
  EXPECT_TRUE(reasons_against_wipe(at(StorePlace::site)).empty());
  WipeFacts facts = at(StorePlace::site);
  facts.store.is_available = false;
  expect_refusal(facts, Clause::store, "/rehome/store", "available");
}

TEST(WipeGuard, TheStoreIsCompleteAndWhole) {
  WipeFacts facts = good();
  facts.store.problem = "the capture was never finished";
  expect_refusal(facts, Clause::store, "/rehome/store", "never finished");
  facts = good();
  facts.store.is_verified = false;
  expect_refusal(facts, Clause::store, "/rehome/store", "not verified");
  facts = good();
  facts.store.damages = {"/home/ann/a"};
  facts.store.damage_count = 1;
  expect_refusal(facts, Clause::store, "/home/ann/a", "cannot give it back");
  facts.store.damages.clear();
  expect_refusal(facts, Clause::store, "/rehome/store", "1 things in it are damaged");
  facts = good();
  facts.store.has_rules = false;
  expect_refusal(facts, Clause::store, "/rehome/store", "by which rules");
  facts = good();
  facts.store.links_outside = 3;
  expect_refusal(facts, Clause::store, "/rehome/store", "3 files");
}

TEST(WipeGuard, SomeKeyOfAnEncryptedStoreIsElsewhere) {
  WipeFacts facts = good();
  facts.store.encrypted = true;
  expect_refusal(facts, Clause::key, "/rehome/store", "no key outside");
  facts.store.key_file = KeyFilePlace::safe;
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
  facts.store.key_file = KeyFilePlace::wiped;
  facts.store.key_file_path = "/root/key";
  expect_refusal(facts, Clause::key, "/root/key", "only key");
  facts.store.has_passphrase_slot = true;
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
  facts.store.has_passphrase_slot = false;
  facts.store.has_recovery_slot = true;
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
}

TEST(WipeGuard, AtASiteOnlyARecoveryKeyIsASecondCopy) {
  WipeFacts facts = good();
  facts.store.place = StorePlace::site;
  facts.store.encrypted = true;
  facts.store.has_passphrase_slot = true;
  facts.store.key_file = KeyFilePlace::safe;
  expect_refusal(facts, Clause::key, "/rehome/store", "single copy");
  facts.store.has_recovery_slot = true;
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
}

TEST(WipeGuard, EveryAccountIsInTheStoreAsItIs) {
  WipeFacts facts = good();
  facts.accounts.push_back({.name = "eve", .uid = 1002, .home = "/home/eve"});
  expect_refusal(facts, Clause::accounts, "eve", "not in the store");
  facts = good();
  facts.accounts[0].uid = 2000;
  expect_refusal(facts, Clause::accounts, "ann", "uid 1000");
  facts = good();
  facts.accounts[1].home = "/srv/bob";
  expect_refusal(facts, Clause::accounts, "bob", "/home/bob");
  facts = good();
  facts.accounts.pop_back();  // who was deleted since
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
}

TEST(WipeGuard, EveryHomeIsInTheStoreWhoeverOwnsIt) {
  WipeFacts facts = good();
  facts.homes.push_back({.path = "/home/old", .uid = 4711});
  expect_refusal(facts, Clause::homes, "/home/old", "uid 4711");
  facts.homes.back().is_listed = true;  // a rule took it
  EXPECT_TRUE(reasons_against_wipe(facts).empty());
  facts.homes.back() = {.path = "/home/ann.old", .uid = 1000, .owner = "ann"};  // not below /home/ann
  expect_refusal(facts, Clause::homes, "/home/ann.old", "belongs to ann");
  facts = good();
  facts.homes[0].is_listed = false;  // the account is there, and nothing of its home
  expect_refusal(facts, Clause::homes, "/home/ann", "not in the store");
}

TEST(WipeGuard, AnEncryptedHomeIsARefusalEvenWhereItIsListed) {
  for (const Encryption kind : {Encryption::homed, Encryption::ecryptfs, Encryption::fscrypt, Encryption::fuse}) {
    WipeFacts facts = good();
    facts.homes[1].encryption = kind;
    expect_refusal(facts, Clause::homes, "/home/bob", "encrypted");
  }
}

TEST(WipeGuard, ErrorsOfTheCaptureAreAcceptedByPathOrFolder) {
  WipeFacts facts = good();
  facts.errors = {{.path = "/home/ann/mail/box", .message = "Input/output error"}};
  expect_refusal(facts, Clause::errors, "/home/ann/mail/box", "Input/output error");
  for (const char* other : {"/home/ann/mail/bo", "/home/ann/ma", "/home/ann/mail/box/x", "/home/bob"}) {
    facts.accepted = {other};
    expect_refusal(facts, Clause::errors, "/home/ann/mail/box", "Input/output error");
  }
  for (const char* same : {"/home/ann/mail/box", "/home/ann/mail", "/home/ann/mail/"}) {
    facts.accepted = {same};
    EXPECT_TRUE(reasons_against_wipe(facts).empty()) << same;
  }
  facts.more_errors = 2;  // that nobody has seen cannot be accepted
  expect_refusal(facts, Clause::errors, "the capture", "2 further errors");
}

TEST(WipeGuard, NobodyIsLoggedIn) {
  WipeFacts facts = good();
  facts.sessions = {"ann"};
  expect_refusal(facts, Clause::sessions, "ann", "logged in");
}

TEST(WipeGuard, NothingHasChanged) {
  for (const ChangeKind kind :
       {ChangeKind::added, ChangeKind::content, ChangeKind::replaced, ChangeKind::metadata, ChangeKind::unreadable}) {
    WipeFacts facts = good();
    facts.changes = {{.path = "/home/ann/x", .kind = kind}};
    facts.change_count = 1;
    expect_refusal(facts, Clause::changes, "/home/ann/x", "");
  }
  WipeFacts facts = good();
  facts.change_count = 7;  // with or without their names
  expect_refusal(facts, Clause::changes, "the volume", "7 changes");
}

TEST(WipeGuard, TheVolumeIsTheOneThatWasJudged) {
  WipeFacts facts = good();
  facts.stranger = "the proof is about another volume";
  expect_refusal(facts, Clause::volume, "/", "another volume");
  facts = good();
  facts.mounts = {"/target/mnt"};
  expect_refusal(facts, Clause::volume, "/target/mnt", "mounted");
}

TEST(WipeGuard, AllReasonsFitOneScreenAndEachClauseIsOnIt) {
  WipeFacts facts = good();
  facts.protected_folder.mode = 0755;
  facts.store.is_verified = false;
  facts.store.encrypted = true;
  for (int i = 0; i < 500; ++i) {
    const std::string name = "user" + std::to_string(i);
    facts.accounts.push_back({.name = name, .uid = 2000});
    facts.homes.push_back({.path = "/home/" + name, .uid = 2000, .owner = name});
    facts.errors.push_back({.path = "/home/" + name, .message = "no"});
    facts.sessions.push_back(name);
    facts.changes.push_back({.path = "/home/" + name});
    facts.mounts.push_back("/mnt/" + name);
  }
  facts.change_count = 500;
  const std::vector<std::string> lines = one_screen(reasons_against_wipe(facts));
  EXPECT_LE(lines.size(), 24U);
  for (const char* word : {"/rehome:", "not verified", "no key", "user0:", "/home/user0:", "logged in", "is new",
                           "mounted there", "… and 499 more of the kind: volume"}) {
    EXPECT_THAT(lines, Contains(HasSubstr(word)));
  }
}

TEST(WipeGuard, NamesOfUsersCannotForgeLines) {
  WipeFacts facts = good();
  facts.changes = {{.path = "/home/ann/a\nall is well"}};
  facts.change_count = 1;
  EXPECT_THAT(to_text(reasons_against_wipe(facts)[0]), testing::Not(HasSubstr("\n")));
}

}  // namespace
}  // namespace rehome::sequence
