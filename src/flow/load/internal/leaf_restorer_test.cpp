// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/leaf_restorer.h"

#include <cerrno>
#include <gmock/gmock.h>

#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// One policy for every path.
class OnePolicy final : public Plan {
 public:
  explicit OnePolicy(CollisionPolicy policy) : policy_(policy) {}
  PlanState start() const override { return 0; }
  PlanState enter(PlanState, std::string_view) const override { return 0; }
  bool reaches_inside(PlanState) const override { return true; }
  Decision decide_folder(PlanState) const override { return {}; }
  Decision decide_leaf(PlanState, std::string_view) const override { return {}; }
  CollisionPolicy collision(PlanState, std::string_view) const override { return policy_; }
  const RuleInfo& rule(std::uint32_t) const override { return rule_; }
  Explanation explain(std::string_view, bool) const override { return {}; }
  std::vector<MachinePath> named_folders() const override { return {}; }

 private:
  CollisionPolicy policy_;
  RuleInfo rule_;
};

class LeafTest : public LoadTest {
 protected:
  LeafTest() { machine_.add_account("ann", 1000); }

  void give_anns_uid_to_bob() {
    Account bob = account("ann");
    bob.name = "bob";
    bob.home = "/home/bob";
    machine_.accounts().set(bob);
    machine_.accounts().remove("ann");
    machine_.files().remove("/home/ann");
  }

  std::vector<std::string> names() { return machine_.files().names_in("/home/ann"); }

  Object& add_leader(const std::string& rest, const std::string& content) {
    Object& leader = state_.add_file(kAnn, rest, content);
    leader.link_group = 1;
    leader.leads_link_group = true;
    return leader;
  }
  Object& add_member(const std::string& rest) {
    Object& member = state_.add(NodeKind::file, kAnn, rest);
    member.link_group = 1;
    return member;
  }

  /// A hard-link store whose files lie in /store, as "0", "1", ...
  void use_link_store() {
    for (std::size_t i = 0; i < state_.objects().size(); ++i) {
      Object& object = state_.objects()[i];
      const MachinePath path = "/store/" + std::to_string(i);
      if (object.kind != NodeKind::file || !exists(path)) continue;
      object.source_inode = at(path).inode;
    }
    state_.set_linked([this](const Object& object) -> std::optional<testing::FakeState::Stored> {
      for (std::size_t i = 0; i < state_.objects().size(); ++i) {
        const std::string name = std::to_string(i);
        if (state_.objects()[i].location != object.location || !exists("/store/" + name)) continue;
        return testing::FakeState::Stored{machine_.files().open("/store"), name};
      }
      return std::nullopt;
    });
  }

  /// Puts the content of the last object into the link store.
  void store_last(const std::string& content) {
    const Object& object = state_.objects().back();
    const MachinePath path = "/store/" + std::to_string(state_.objects().size() - 1);
    machine_.add_file(path, content);
    machine_.files().edit(path, [&](Metadata& m) { m = object.metadata; });
  }
};

TEST_F(LeafTest, WhatWasEditedSinceComesAsItIsNowAndIsReported) {
  state_.add_file(kAnn, "edited", "old");
  store_last("newer content");
  machine_.files().edit("/store/0", [](Metadata& m) { m.modified = {1'600'000'000, 5}; });
  state_.add_file(kAnn, "same", "same");
  store_last("same");
  use_link_store();
  state_.change_content = [](Object object) {
    if (object.location.rest != "edited") return object;
    object.size = 13;
    object.metadata.modified = {1'600'000'000, 5};
    return object;
  };
  for (int run_twice = 0; run_twice < 2; ++run_twice) {
    findings_.clear();
    run();
    EXPECT_THAT(names(), ElementsAre("edited", "same"));
    EXPECT_EQ(content("/home/ann/edited"), "newer content");
    EXPECT_EQ(at("/home/ann/edited").inode, at("/store/0").inode);
    EXPECT_EQ(at("/home/ann/edited").metadata.modified, (Timestamp{1'600'000'000, 5}));
    ASSERT_THAT(findings_.all(), SizeIs(1)) << findings_.text();
    EXPECT_EQ(findings_.all()[0].kind, FindingKind::changed);
    EXPECT_EQ(findings_.all()[0].path, "/home/ann/edited");
  }
}

TEST_F(LeafTest, ADryRunSaysWhatTheStoreHasLost) {
  state_.add_file(kAnn, "here", "x");
  Object& lost = state_.add(NodeKind::file, kAnn, "lost");  // without content
  lost.size = 5;
  options_.dry_run = true;
  EXPECT_EQ(run().objects, 1U);
  ASSERT_THAT(findings_.of(FindingKind::damaged), SizeIs(1)) << findings_.text();
  EXPECT_EQ(findings_.of(FindingKind::damaged)[0].path, "/home/ann/lost");
}

TEST_F(LeafTest, AnEqualFileIsNoCollisionAndGetsItsMetadata) {
  const Object object = state_.add_file(kAnn, "a.txt", "same");
  machine_.add_file("/home/ann/a.txt", "same");
  const std::uint64_t inode = at("/home/ann/a.txt").inode;
  const LoadReport report = run();
  EXPECT_THAT(names(), ElementsAre("a.txt"));
  EXPECT_EQ(at("/home/ann/a.txt").inode, inode);
  EXPECT_EQ(at("/home/ann/a.txt").metadata.modified, object.metadata.modified);
  EXPECT_EQ(at("/home/ann/a.txt").metadata.mode, 0640U);
  EXPECT_EQ(report.already_there, 1U);
  EXPECT_THAT(findings_.all(), IsEmpty());
}

TEST_F(LeafTest, AnotherFileKeepsItsNameAndTheSourcesGetsANumber) {
  state_.add_file(kAnn, "a.txt", "from the store");
  machine_.add_file("/home/ann/a.txt", "from here");
  machine_.add_file("/home/ann/a(1).txt", "from here too");
  run();
  EXPECT_EQ(content("/home/ann/a.txt"), "from here");
  EXPECT_EQ(content("/home/ann/a(1).txt"), "from here too");
  EXPECT_EQ(content("/home/ann/a(2).txt"), "from the store");
  const auto renamed = findings_.of(FindingKind::renamed);
  ASSERT_THAT(renamed, SizeIs(1));
  EXPECT_EQ(renamed[0].path, "/home/ann/a(2).txt");
  run();
  EXPECT_THAT(names(), SizeIs(3));
}

TEST_F(LeafTest, TheSameSizeIsNotTheSameContent) {
  state_.add_file(kAnn, "a", "12345");
  machine_.add_file("/home/ann/a", "12346");
  run();
  EXPECT_EQ(content("/home/ann/a(1)"), "12345");
}

TEST_F(LeafTest, OtherKindsCollideToo) {
  state_.add_file(kAnn, "folder", "x");
  state_.add_symlink(kAnn, "link", "there");
  state_.add_symlink(kAnn, "same link", "there");
  state_.add(NodeKind::fifo, kAnn, "fifo");
  state_.add_folder(kAnn, "file.d");
  state_.add_file(kAnn, "file.d/in", "x");
  machine_.add_folder("/home/ann/folder");
  machine_.add_symlink("/home/ann/link", "elsewhere");
  machine_.add_symlink("/home/ann/same link", "there");
  machine_.add_file("/home/ann/fifo", "");
  machine_.add_file("/home/ann/file.d", "x");
  run();
  EXPECT_EQ(content("/home/ann/folder(1)"), "x");
  EXPECT_EQ(machine_.files().target_of("/home/ann/link(1)"), "there");
  EXPECT_EQ(at("/home/ann/fifo(1)").kind, NodeKind::fifo);
  EXPECT_EQ(content("/home/ann/file.d(1)/in"), "x");
  EXPECT_FALSE(exists("/home/ann/same link(1)"));
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(4)) << findings_.text();
  const auto before = tree("/home");
  run();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(LeafTest, SourcePriorityReplacesAtOnce) {
  const OnePolicy plan(CollisionPolicy::source_priority);
  state_.add_file(kAnn, "a.txt", "new");
  state_.add_symlink(kAnn, "link", "new");
  state_.add_file(kAnn, "folder", "x");
  machine_.add_file("/home/ann/a.txt", "old");
  machine_.add_file("/home/ann/link", "old");
  machine_.add_folder("/home/ann/folder");
  run(&plan);
  EXPECT_EQ(content("/home/ann/a.txt"), "new");
  EXPECT_EQ(machine_.files().target_of("/home/ann/link"), "new");
  EXPECT_EQ(content("/home/ann/folder(1)"), "x") << "a folder is never replaced";
  EXPECT_THAT(names(), SizeIs(4));
}

TEST_F(LeafTest, SourcePriorityReplacesALinkAndNotWhatItPointsTo) {
  const OnePolicy plan(CollisionPolicy::source_priority);
  machine_.add_file("/etc/shadow", "secret");
  machine_.add_symlink("/home/ann/a", "/etc/shadow");
  state_.add_file(kAnn, "a", "forged");
  run(&plan);
  EXPECT_EQ(content("/etc/shadow"), "secret");
  EXPECT_EQ(content("/home/ann/a"), "forged");
  EXPECT_EQ(at("/home/ann/a").kind, NodeKind::file);
}

TEST_F(LeafTest, DestinationPriorityKeepsAndSaysSo) {
  const OnePolicy plan(CollisionPolicy::destination_priority);
  state_.add_file(kAnn, "a", "new");
  state_.add_file(kAnn, "b", "new");
  machine_.add_file("/home/ann/a", "old");
  const LoadReport report = run(&plan);
  EXPECT_EQ(content("/home/ann/a"), "old");
  EXPECT_EQ(content("/home/ann/b"), "new");
  EXPECT_EQ(report.objects, 1U);
  EXPECT_THAT(findings_.of(FindingKind::left_out), SizeIs(1));
  EXPECT_EQ(progress_.objects, 2U);
}

TEST_F(LeafTest, TwoObjectsOfOneNameBothLand) {
  state_.add_file(kAnn, "d/a", "first");
  state_.add_file(kAnn, "d/./a", "x").location.rest = "d/a";
  run();
  EXPECT_THAT(machine_.files().names_in("/home/ann/d"), SizeIs(1)) << "one content, under one location";
  machine_.files().remove("/home/ann/d");
  Object& other = state_.add_file(kAnn, "a", "second");
  other.location.anchor = KnownFolder::documents;
  state_.set_content(other.location, "second");
  state_.add_file(kAnn, "Documents/a", "third");
  run();
  EXPECT_THAT(machine_.files().names_in("/home/ann/Documents"), ElementsAre("a", "a(1)"));
}

TEST_F(LeafTest, AHardLinkToSomebodyElsesFileIsNotGivenAway) {
  machine_.add_file("/etc/passwd", "root:x:0:0");
  machine_.files().edit("/etc/passwd", [](Metadata& m) { m.mode = 0644; });
  machine_.add_link("/home/ann/mine", "/etc/passwd");
  Object& object = state_.add_file(kAnn, "mine", "root:x:0:0");
  object.metadata.mode = 0666;
  object.metadata.flags = 0x10;
  run();
  EXPECT_EQ(at("/etc/passwd").metadata.uid, 0U);
  EXPECT_EQ(at("/etc/passwd").metadata.mode, 0644U);
  EXPECT_EQ(at("/etc/passwd").metadata.flags, 0U);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, ImmutableIsSetWhenEverythingIsThere) {
  add_leader("locked", "x").metadata.flags = 0x10;
  add_member("other name");
  state_.add_folder(kAnn, "folder").metadata.flags = 0x20;
  state_.add_file(kAnn, "folder/in", "x");
  std::vector<std::string> order;
  const auto note = [&](const char* what) { return [&order, what](const MachinePath&) { order.push_back(what); }; };
  machine_.failures().before(Operation::commit, "/home/ann/locked", note("commit"), 0);
  machine_.failures().before(Operation::link, "*", note("link"), 0);
  bool was_locked_early = false;
  machine_.failures().before(
      Operation::link, "*", [&](const MachinePath&) { was_locked_early |= at("/home/ann/locked").metadata.flags != 0; },
      0);
  run();
  EXPECT_THAT(order, ElementsAre("commit", "link"));
  EXPECT_FALSE(was_locked_early);
  EXPECT_EQ(at("/home/ann/other name").metadata.flags, 0x10U);
  EXPECT_EQ(at("/home/ann/folder").metadata.flags, 0x20U);
}

TEST_F(LeafTest, MembersAreLinksToTheirLeader) {
  add_leader("a", "content");
  add_member("d/b");
  add_member("c");
  const LoadReport report = run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/home/ann/d/b").inode);
  EXPECT_EQ(at("/home/ann/a").link_count, 3U);
  EXPECT_EQ(report.written, 3U);
  EXPECT_EQ(report.content_bytes, 7U);
}

TEST_F(LeafTest, MembersFollowARenamedLeaderAndOneThatIsThere) {
  add_leader("a", "content");
  add_member("b");
  machine_.add_file("/home/ann/a", "mine");
  run();
  EXPECT_EQ(at("/home/ann/a(1)").inode, at("/home/ann/b").inode);
  machine_.files().remove("/home/ann/b");
  run();
  EXPECT_EQ(at("/home/ann/a(1)").inode, at("/home/ann/b").inode);
  EXPECT_EQ(content("/home/ann/a"), "mine");
}

TEST_F(LeafTest, AMembersPlaceMayBeTaken) {
  add_leader("a", "content");
  add_member("same");
  add_member("other");
  machine_.add_file("/home/ann/same", "content");
  machine_.add_file("/home/ann/other", "mine");
  run();
  EXPECT_FALSE(exists("/home/ann/same(1)"));
  EXPECT_EQ(at("/home/ann/other(1)").inode, at("/home/ann/a").inode);
  EXPECT_EQ(content("/home/ann/other"), "mine");
}

TEST_F(LeafTest, MembersOfAFailedLeaderSaySo) {
  state_.add(NodeKind::file, kAnn, "a").link_group = 1;
  state_.objects().back().leads_link_group = true;
  state_.objects().back().size = 5;
  add_member("b");
  add_member("c");
  run();
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(1));
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
}

TEST_F(LeafTest, MembersWithoutALeaderSaySo) {
  add_member("b");
  state_.add(NodeKind::file, kAnn, "c").link_group = 2;
  run();
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
  EXPECT_EQ(progress_.objects, 2U);
}

TEST_F(LeafTest, AMemberBeforeItsLeaderWaits) {
  add_member("b");
  add_leader("a", "content");
  run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/home/ann/b").inode);
}

TEST_F(LeafTest, ASecondLeaderIsAFileOfItsOwn) {
  add_leader("a", "one");
  add_leader("b", "two");
  add_member("c");
  run();
  EXPECT_EQ(content("/home/ann/b"), "two");
  EXPECT_EQ(content("/home/ann/c"), "one");
}

TEST_F(LeafTest, WhatBecomesOfASecondLeaderIsNothingToTheGroup) {
  add_leader("a", "one");
  add_leader("../b", "two");
  add_member("c");
  run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/home/ann/c").inode) << findings_.text();
  EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, AMemberThatCannotTakeTheLeadersPlaceLeavesItToTheNext) {
  const OnePolicy plan(CollisionPolicy::destination_priority);
  machine_.files().mount("/home/ann/remote", {.volume_class = VolumeClass::fuse, .type = "sshfs"});
  add_leader("a", "content");
  add_member("remote/b");
  add_member("c");
  add_member("d");
  machine_.add_file("/home/ann/a", "mine");
  run(&plan);
  EXPECT_EQ(content("/home/ann/c"), "content");
  EXPECT_EQ(at("/home/ann/c").inode, at("/home/ann/d").inode);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, ARestoreEndsWhereNoMemberCanTakeTheLeadersPlace) {
  const OnePolicy plan(CollisionPolicy::destination_priority);
  machine_.files().mount("/home/ann/remote", {.volume_class = VolumeClass::fuse, .type = "sshfs"});
  add_leader("a", "content");
  add_member("remote/b");
  add_member("remote/c");
  machine_.add_file("/home/ann/a", "mine");
  run(&plan);
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(2)) << findings_.text();
}

TEST_F(LeafTest, AMemberTakesThePlaceOfALeaderThatIsNotWritten) {
  const OnePolicy plan(CollisionPolicy::destination_priority);
  add_leader("a", "content");
  add_member("b");
  add_member("c");
  machine_.add_file("/home/ann/a", "mine");
  run(&plan);
  EXPECT_EQ(content("/home/ann/a"), "mine");
  EXPECT_EQ(content("/home/ann/b"), "content");
  EXPECT_EQ(at("/home/ann/b").inode, at("/home/ann/c").inode);
}

TEST_F(LeafTest, WhereLinkingIsImpossibleAFileIsCopied) {
  mount_for_ann("/home/ann/disk");
  add_leader("a", "content");
  add_member("disk/b");
  run();
  EXPECT_EQ(content("/home/ann/disk/b"), "content");
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, AHardLinkStoreIsLinkedAndNotCopied) {
  state_.add_file(kAnn, "a", "content");
  store_last("content");
  use_link_store();
  const LoadReport report = run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/store/0").inode);
  EXPECT_EQ(machine_.failures().calls(Operation::create_file), 0U);
  EXPECT_EQ(report.written, 1U);
  bool was_read = false;
  state_.before_content = [&](const Object&) { was_read = true; };
  EXPECT_EQ(run().already_there, 1U);
  EXPECT_FALSE(was_read) << "the same inode needs no comparison";
}

/// The volume of /home has no room for a copy. A hard-link store of one file, on that volume or on another.
class LinkRoomTest : public LeafTest {
 protected:
  void use_store_on(const MachinePath& volume) {
    machine_.files().remove("/home/ann");
    machine_.files().mount("/home", {.capacity_bytes = 300'000});
    machine_.add_folder("/home/ann");
    machine_.files().edit("/home/ann", [](Metadata& m) { m.uid = m.gid = 1000; });
    const MachinePath stored = volume + "/store/0";
    const Object& object = state_.add_file(kAnn, "a", std::string(200'000, 'x'));
    machine_.add_file(stored, std::string(200'000, 'x'));
    machine_.files().edit(stored, [&](Metadata& m) { m = object.metadata; });
    state_.set_linked([this, volume](const Object&) -> std::optional<testing::FakeState::Stored> {
      return testing::FakeState::Stored{machine_.files().open(volume + "/store"), "0"};
    });
  }
};

TEST_F(LinkRoomTest, WhatIsLinkedNeedsNone) {
  use_store_on("/home");
  run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/home/store/0").inode);
}

TEST_F(LinkRoomTest, WhatIsCopiedFromAnotherVolumeNeedsRoom) {
  use_store_on("");
  machine_.add_file("/home/other", std::string(150'000, 'y'));
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_EQ(machine_.failures().calls(Operation::create_file), 0U) << "it is said before anything is written";
}

TEST_F(LinkRoomTest, AnOriginalInUseThatBecomesAnothersIsCopiedAndNeedsRoom) {
  use_store_on("/home");
  Account ann = account("ann");
  ann.uid = 1001;
  machine_.accounts().set(ann);
  machine_.files().edit("/home/ann", [](Metadata& m) { m.uid = 1001; });
  machine_.add_link("/home/original", "/home/store/0");
  EXPECT_EQ(run_failing().code(), ErrorCode::no_space);
  EXPECT_EQ(machine_.failures().calls(Operation::create_file), 0U) << "it is said before anything is written";
  machine_.files().remove("/home/original");
  run();
  EXPECT_EQ(at("/home/ann/a").inode, at("/home/store/0").inode);
  EXPECT_EQ(at("/home/ann/a").metadata.uid, 1001U);
}

TEST_F(LeafTest, AnInodeIsAFilesOwnOnOneVolumeOnly) {
  state_.add_file(kAnn, "disk/a", "content");
  mount_for_ann("/home/ann/disk");
  machine_.add_file("/home/ann/disk/a", "CONTENT");
  machine_.add_link("/home/ann/disk/b", "/home/ann/disk/a");
  for (MachinePath path; !exists(path) || at(path).inode != at("/home/ann/disk/a").inode;) {
    // Another volume counts its inodes by itself: make files until one has the same number.
    machine_.files().mount("/store", {});
    path = "/store/0";
    machine_.add_file(path, "content");
  }
  for (const char* path : {"/store/0", "/home/ann/disk/a"}) {
    machine_.files().edit(path, [&](Metadata& m) { m = state_.objects()[0].metadata; });
  }
  use_link_store();
  run();
  EXPECT_EQ(content("/home/ann/disk/a"), "CONTENT");
  EXPECT_EQ(content("/home/ann/disk/a(1)"), "content") << findings_.text();
}

TEST_F(LeafTest, TheOwnerOfALinkedFileIsMapped) {
  give_anns_uid_to_bob();
  state_.add_file(kAnn, "a", "content");
  store_last("content");
  use_link_store();
  run();
  EXPECT_EQ(at("/home/ann/a").metadata.uid, 1001U);
  EXPECT_EQ(at("/home/ann/a").inode, at("/store/0").inode);
}

TEST_F(LeafTest, AnOriginalStillInUseIsNotChangedThroughItsLink) {
  give_anns_uid_to_bob();
  state_.add_file(kAnn, "a", "content");
  store_last("content");
  machine_.add_link("/old/home/ann/a", "/store/0");
  use_link_store();
  run();
  EXPECT_EQ(at("/old/home/ann/a").metadata.uid, 1000U);
  EXPECT_EQ(at("/home/ann/a").metadata.uid, 1001U);
  EXPECT_NE(at("/home/ann/a").inode, at("/store/0").inode);
  EXPECT_EQ(content("/home/ann/a"), "content");
}

TEST_F(LeafTest, AFileOfRootsThatIsEqualStaysRoots) {
  state_.add_file(kAnn, "a", "same");
  machine_.add_file("/home/ann/a", "same");
  machine_.files().edit("/home/ann/a", [](Metadata& m) { m.uid = m.gid = 0, m.mode = 0600; });
  run();
  EXPECT_EQ(at("/home/ann/a").metadata.uid, 0U);
  EXPECT_EQ(at("/home/ann/a").metadata.mode, 0600U);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, AnEqualFileThatMayLieInTheLinkStoreIsNotChanged) {
  state_.add_file(kAnn, "a", "content");
  store_last("content");
  use_link_store();
  machine_.add_file("/home/ann/a", "content");
  machine_.add_link("/store/of another", "/home/ann/a");
  const Metadata before = at("/home/ann/a").metadata;
  run();
  const Metadata after = at("/store/of another").metadata;
  EXPECT_EQ(after.modified, before.modified);
  EXPECT_EQ(after.mode, before.mode);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, ALinkedFileReplacesAtOnce) {
  const OnePolicy plan(CollisionPolicy::source_priority);
  state_.add_file(kAnn, "a", "content");
  store_last("content");
  use_link_store();
  machine_.add_file("/home/ann/a", "old");
  machine_.add_file("/home/ann/.rehome-restore-0", "the user's own");
  run(&plan);
  EXPECT_EQ(at("/home/ann/a").inode, at("/store/0").inode);
  EXPECT_THAT(names(), ElementsAre(".rehome-restore-0", "a"));
}

TEST_F(LeafTest, WhatCannotReplaceLeavesNothingBehind) {
  const OnePolicy plan(CollisionPolicy::source_priority);
  state_.add_symlink(kAnn, "link", "new");
  machine_.add_file("/home/ann/link", "old");
  machine_.failures().fail(Operation::rename, "*", EIO);
  run(&plan);
  EXPECT_EQ(content("/home/ann/link"), "old");
  EXPECT_THAT(names(), ElementsAre("link"));
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

/// The owner of the home, who gives a name to another file just before something is done to what had it.
class ExchangeTest : public LeafTest {
 protected:
  static constexpr const char* kTemporary = "/home/ann/.rehome-tmp-*";
  MachinePath exchanged_;

  ExchangeTest() {
    machine_.add_file("/home/ann/roots", "secret");
    machine_.files().edit("/home/ann/roots", [](Metadata& m) { m.uid = 0, m.mode = 0600; });
  }

  void exchange_before(Operation operation, const MachinePath& path) {
    machine_.failures().before(
        operation, path,
        [this](const MachinePath& at) {
          if (!exists("/home/ann/roots")) return;
          if (exists(at)) machine_.files().remove(at);
          machine_.files().rename("/home/ann/roots", at);
          exchanged_ = at;
        },
        1);
  }

  void expect_untouched(const MachinePath& path) {
    EXPECT_EQ(at(path).metadata.uid, 0U);
    EXPECT_EQ(at(path).metadata.mode, 0600U);
    EXPECT_EQ(at(path).metadata.flags, 0U);
    EXPECT_EQ(content(path), "secret");
    EXPECT_EQ(findings_.all().size(), 1U) << findings_.text();
  }
};

TEST_F(ExchangeTest, AfterTheComparison) {
  state_.add_file(kAnn, "a", "same");
  machine_.add_file("/home/ann/a", "same");
  exchange_before(Operation::set_metadata, "/home/ann/a");
  run();
  expect_untouched("/home/ann/a");
}

TEST_F(ExchangeTest, BeforeTheComparison) {
  state_.add_file(kAnn, "a", "secret");
  machine_.add_file("/home/ann/a", "public");
  exchange_before(Operation::open_file, "/home/ann/a");
  run();
  expect_untouched("/home/ann/a");
  EXPECT_EQ(content("/home/ann/a(1)"), "secret") << "what is there is not what was looked at";
}

TEST_F(ExchangeTest, AfterALinkWasMade) {
  state_.add_symlink(kAnn, "a", "target");
  exchange_before(Operation::set_metadata, kTemporary);
  run();
  expect_untouched(exchanged_);
  EXPECT_FALSE(exists("/home/ann/a"));
}

TEST_F(ExchangeTest, AfterAFifoWasMade) {
  state_.add(NodeKind::fifo, kAnn, "a");
  exchange_before(Operation::set_metadata, kTemporary);
  run();
  expect_untouched(exchanged_);
  EXPECT_FALSE(exists("/home/ann/a"));
}

TEST_F(ExchangeTest, AfterAStoredFileWasLinked) {
  Object& object = state_.add_file(kAnn, "a", "content");
  store_last("content");
  object.metadata.mode = 0604;  // not what the stored file has
  use_link_store();
  exchange_before(Operation::set_metadata, "/home/ann/a");
  run();
  expect_untouched("/home/ann/a");
}

TEST_F(ExchangeTest, BeforeFlagsAreSetAtTheEnd) {
  state_.add_file(kAnn, "a", "content").metadata.flags = 0x10;
  bool done = false;
  machine_.failures().before(
      Operation::set_metadata, "/home/ann/a",
      [&](const MachinePath& at) {
        if (done || !exists(at)) return;  // before it has its name the file is safe
        done = true;
        machine_.files().remove(at);
        machine_.files().rename("/home/ann/roots", at);
      },
      0);
  run();
  EXPECT_TRUE(done);
  expect_untouched("/home/ann/a");
}

TEST_F(ExchangeTest, AFolderThatWasJustMade) {
  machine_.add_file("/home/ann/roots.d/secret", "x");
  machine_.files().edit("/home/ann/roots.d", [](Metadata& m) { m.uid = 0, m.mode = 0700; });
  state_.add_folder(kAnn, "d");
  machine_.failures().before(Operation::open_folder, "/home/ann/d", [&](const MachinePath& at) {
    if (!exists(at) || !exists("/home/ann/roots.d")) return;
    machine_.files().remove(at);
    machine_.files().rename("/home/ann/roots.d", at);
  });
  run();
  EXPECT_EQ(at("/home/ann/d").metadata.uid, 0U) << findings_.text();
  EXPECT_THAT(findings_.of(FindingKind::not_restored), SizeIs(1)) << findings_.text();
}

TEST_F(ExchangeTest, AFolderThatGetsItsMetadataAtTheEnd) {
  machine_.add_file("/home/ann/roots.d/secret", "x");
  machine_.files().edit("/home/ann/roots.d", [](Metadata& m) { m.uid = 0, m.mode = 0700; });
  state_.add_folder(kAnn, "d");
  state_.add_file(kAnn, "d/a", "x");
  // More folders than are kept open, so that this one is opened again by its name.
  for (int i = 0; i < 400; ++i) state_.add_folder(kAnn, "e" + std::to_string(i));
  state_.add_file(kAnn, "z", "x");
  options_.threads = 1;
  state_.before_content = [&](const Object& object) {
    if (object.location.rest != "z") return;
    machine_.files().remove("/home/ann/d");
    machine_.files().rename("/home/ann/roots.d", "/home/ann/d");
  };
  run();
  EXPECT_EQ(at("/home/ann/d").metadata.uid, 0U);
  EXPECT_EQ(at("/home/ann/d").metadata.mode, 0700U);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(1)) << findings_.text();
}

TEST_F(LeafTest, DevicesAreMadeOnlyFromATrustedSource) {
  state_.add(NodeKind::block_device, kAnn, "disk").device_number = 8ULL << 32U;
  run();
  EXPECT_THAT(names(), IsEmpty());
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(1));
  options_.trust_source = true;
  run();
  EXPECT_EQ(at("/home/ann/disk").device_number, 8ULL << 32U);
}

TEST_F(LeafTest, WhatAVolumeCannotKeepIsSaid) {
  mount_for_ann("/home/ann/stick", {.type = "vfat", .keeps_attributes = false});
  state_.add_file(kAnn, "stick/a", "x").metadata.attributes = {{"user.a", {1}}};
  run();
  const auto lost = findings_.of(FindingKind::metadata_lost);
  ASSERT_THAT(lost, SizeIs(1));
  EXPECT_THAT(lost[0].message, HasSubstr("user.a"));
  EXPECT_EQ(lost[0].path, "/home/ann/stick/a");
}

}  // namespace
}  // namespace rehome::load
