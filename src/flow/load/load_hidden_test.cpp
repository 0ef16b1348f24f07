// SPDX-License-Identifier: Apache-2.0
// What a user could not read in his own home at the source does not become readable to him by a restore.

#include <gmock/gmock.h>

#include "base/machine/posix_acl.h"
#include "flow/load/internal/hidden_objects.h"
#include "flow/load/load.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class HiddenTest : public LoadTest {
 protected:
  static void set(Object& object, std::uint32_t uid, std::uint32_t gid, std::uint32_t mode) {
    object.metadata.uid = uid;
    object.metadata.gid = gid;
    object.metadata.mode = mode;
  }
  std::vector<Finding> refused() { return findings_.of(FindingKind::refused); }
};

TEST_F(HiddenTest, AFileThatOnlyRootCouldReadStaysInTheStore) {
  set(state_.add_file(kAnn, "secret", "of root"), 0, 0, 0600);
  set(state_.add_file(kAnn, "open", "of root"), 0, 0, 0644);
  EXPECT_EQ(run().written, 1U);
  EXPECT_FALSE(exists("/home/ann/secret"));
  EXPECT_EQ(at("/home/ann/open").metadata.uid, 1000U) << "it was readable, and goes to the user as before";
  ASSERT_THAT(refused(), Not(IsEmpty()));
  EXPECT_EQ(refused().at(0).path, "/home/ann/secret");
  EXPECT_THAT(refused().at(0).message, HasSubstr("--trust-source"));
}

TEST_F(HiddenTest, AFolderHidesWhatIsInIt) {
  set(state_.add_folder(kAnn, "theirs"), 0, 0, 0700);
  set(state_.add_folder(kAnn, "theirs/deeper"), 1000, 1000, 0755);
  set(state_.add_file(kAnn, "theirs/deeper/letter", "of another"), 1000, 1000, 0644);
  state_.add_file(kAnn, "theirs too", "x");
  EXPECT_EQ(run().written, 1U);
  EXPECT_FALSE(exists("/home/ann/theirs"));
  EXPECT_TRUE(exists("/home/ann/theirs too"));
  EXPECT_THAT(refused(), SizeIs(1)) << "one for the folder: " << findings_.text();
}

TEST_F(HiddenTest, SoDoesAKnownFolder) {
  Object& folder = state_.add_folder(kAnn, "");
  folder.location.anchor = KnownFolder::config;
  set(folder, 0, 0, 0700);
  Object& file = state_.add_file(kAnn, "settings", "x");
  file.location.anchor = KnownFolder::config;
  state_.set_content(file.location, "x");
  EXPECT_EQ(run().written, 0U);
  EXPECT_FALSE(exists("/home/ann/.config/settings"));
}

TEST_F(HiddenTest, AHomeHidesNothing) {
  set(state_.add_folder(kAnn, ""), 0, 0, 0700);
  state_.add_file(kAnn, "x", "x");
  run();
  EXPECT_TRUE(exists("/home/ann/x"));
}

TEST_F(HiddenTest, AFurtherNameInTheOpenIsBroughtWithTheContent) {
  set(state_.add_folder(kAnn, "theirs"), 0, 0, 0700);
  Object& leader = state_.add_file(kAnn, "theirs/file", "one file");
  leader.link_group = 5;
  leader.leads_link_group = true;
  Object member = leader;
  member.location.rest = "name";
  member.leads_link_group = false;
  state_.add(member);
  EXPECT_EQ(run().written, 1U);
  EXPECT_EQ(content("/home/ann/name"), "one file");
  EXPECT_FALSE(exists("/home/ann/theirs"));
}

TEST_F(HiddenTest, AnotherUsersFileIsNotOpenedByHisAbsence) {
  machine_.add_account("eve", 1001);
  state_.add_account(8, "ben", 1001);
  set(state_.add_file(kAnn, "of ben", "private"), 1001, 1001, 0600);
  run();
  EXPECT_FALSE(exists("/home/ann/of ben"));
  EXPECT_THAT(refused(), SizeIs(1));
}

/// In a namespace she reads it; where her ids are another's here, it becomes her own.
TEST_F(HiddenTest, WhatBelongsToHerSubordinateIdsIsHers) {
  state_.info().accounts[0].account.subuids = {{100000, 65536}};
  Account ann;
  ann.name = "ann";
  ann.uid = 1000;
  ann.home = "/home/ann";
  machine_.accounts().set(ann);
  machine_.add_folder("/home/ann");
  give_to_ann("/home/ann");
  machine_.accounts().add_subuids({"dan", {100000, 65536}});
  set(state_.add_file(kAnn, "container", "private"), 100998, 100998, 0600);
  run();
  EXPECT_EQ(at("/home/ann/container").metadata.uid, 1000U);
  EXPECT_THAT(refused(), IsEmpty());
}

TEST_F(HiddenTest, HeWhoIsRestoredHasHisFile) {
  state_.add_account(8, "ben", 1001);
  options_.accounts = {kAnn, 8};
  set(state_.add_file(kAnn, "of ben", "private"), 1001, 1001, 0600);
  run();
  EXPECT_EQ(at("/home/ann/of ben").metadata.uid, 1001U);
  EXPECT_THAT(refused(), IsEmpty());
}

TEST_F(HiddenTest, NothingIsHiddenFromATrustedSource) {
  options_.trust_source = true;
  set(state_.add_file(kAnn, "secret", "of root"), 0, 0, 0600);
  run();
  EXPECT_EQ(at("/home/ann/secret").metadata.uid, 0U);
}

TEST_F(HiddenTest, ADryRunSaysIt) {
  options_.dry_run = true;
  set(state_.add_file(kAnn, "secret", "of root"), 0, 0, 0600);
  run();
  EXPECT_THAT(refused(), SizeIs(1));
}

Object owned(NodeKind kind, std::uint32_t uid, std::uint32_t gid, std::uint32_t mode) {
  Object object;
  object.kind = kind;
  object.metadata.uid = uid;
  object.metadata.gid = gid;
  object.metadata.mode = mode;
  return object;
}

TEST(MayLookInto, GoesByTheFirstClassThatFits) {
  const auto may = [](NodeKind kind, std::uint32_t uid, std::uint32_t gid, std::uint32_t mode) {
    return may_look_into(owned(kind, uid, gid, mode), 1000, {1000, 50});
  };
  EXPECT_TRUE(may(NodeKind::file, 0, 0, 0604));
  EXPECT_FALSE(may(NodeKind::file, 0, 0, 0660));
  EXPECT_TRUE(may(NodeKind::file, 0, 50, 0640));
  EXPECT_FALSE(may(NodeKind::file, 0, 50, 0604)) << "the group's bits count, and not those of others";
  EXPECT_FALSE(may(NodeKind::file, 1000, 0, 0077));
  EXPECT_TRUE(may(NodeKind::folder, 0, 0, 0711));
  EXPECT_FALSE(may(NodeKind::folder, 0, 0, 0744)) << "a list of names opens nothing";
}

TEST(MayLookInto, AnAclSaysMoreThanTheMode) {
  const auto may = [](std::vector<AclEntry> entries) {
    for (const AclTag tag : {AclTag::owner, AclTag::owning_group, AclTag::other}) entries.push_back({tag, 0});
    Object object = owned(NodeKind::file, 0, 0, 0640);
    object.metadata.attributes = {{std::string(kAccessAcl), encode_acl(entries)}};
    return may_look_into(object, 1000, {1000, 50});
  };
  const AclEntry mask{AclTag::mask, 4}, tight_mask{AclTag::mask, 0};
  EXPECT_FALSE(may({}));
  EXPECT_TRUE(may({{AclTag::user, 4, 1000}, mask}));
  EXPECT_FALSE(may({{AclTag::user, 4, 1000}, tight_mask}));
  EXPECT_FALSE(may({{AclTag::user, 4, 1001}, mask}));
  EXPECT_TRUE(may({{AclTag::group, 4, 50}, mask}));
  EXPECT_FALSE(may({{AclTag::user, 0, 1000}, {AclTag::group, 4, 50}, mask})) << "his own entry comes first";
}

}  // namespace
}  // namespace rehome::load
