// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/metadata_policy.h"

#include <gmock/gmock.h>

#include "base/machine/posix_acl.h"
#include "flow/load/internal/acl_rewrite.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MetadataPolicyTest : public LoadTest {
 protected:
  Metadata admit(const Object& object) {
    Findings counted(findings_);
    const AccountMapping mapping = map_accounts(state_.info(), machine_, options_, counted);
    const IdMapping ids(state_.info(), mapping, counted);
    findings_.clear();
    return MetadataPolicy(ids, options_.trust_source, counted).admit(object, "/home/ann/x");
  }
  bool admits_kind(NodeKind kind) {
    Object object = file();
    object.kind = kind;
    Findings counted(findings_);
    const AccountMapping mapping;
    const IdMapping ids(state_.info(), mapping, counted);
    return MetadataPolicy(ids, options_.trust_source, counted).admits_kind(object, "/home/ann/x");
  }
  Object file() { return testing::FakeState(state_).add_file(kAnn, "x", "x"); }
  static ExtendedAttribute attribute(const std::string& name) { return {name, {1, 2, 3}}; }
};

TEST_F(MetadataPolicyTest, MapsTheOwnerOfARestoredAccount) {
  machine_.add_account("bob", 1000);
  const Metadata admitted = admit(file());
  EXPECT_EQ(admitted.uid, 1001U);
  EXPECT_EQ(admitted.gid, 1001U);
}

TEST_F(MetadataPolicyTest, MapsKnownNamesAndKeepsNumbersOfNobody) {
  machine_.add_account("bob", 1234);
  machine_.accounts().create_group({"project", 2000, {}});
  state_.add_account(8, "bob", 1001);
  state_.info().groups.push_back({"project", 1700, {}});
  Object object = file();
  object.metadata.uid = 1001;
  object.metadata.gid = 1700;
  EXPECT_EQ(admit(object).uid, 1234U);
  EXPECT_EQ(admit(object).gid, 2000U);
  object.metadata.uid = 4711;
  object.metadata.gid = 4712;
  EXPECT_EQ(admit(object).uid, 4711U);
  EXPECT_EQ(admit(object).gid, 4712U);
  EXPECT_THAT(findings_.of(FindingKind::account), SizeIs(2)) << findings_.text();
}

TEST_F(MetadataPolicyTest, AnUnknownIdNeverBecomesSomebodyElse) {
  machine_.add_account("carl", 1500);
  Object object = file();
  object.metadata.uid = object.metadata.gid = 1500;
  EXPECT_EQ(admit(object).uid, 1000U);
  EXPECT_EQ(admit(object).gid, 1000U);
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(2));
  object.metadata.uid = object.metadata.gid = 0xFFFFFFFF;
  EXPECT_EQ(admit(object).uid, 1000U);
  EXPECT_EQ(admit(object).gid, 1000U);
}

TEST_F(MetadataPolicyTest, ASubordinateIdOfSomebodyHereIsHis) {
  machine_.accounts().add_subuids({"dan", {100000, 65536}});
  Object object = file();
  object.metadata.uid = 100998;
  object.metadata.attributes = {
      {std::string(kAccessAcl), encode_acl({{AclTag::owner, 6}, {AclTag::user, 4, 100998}, {AclTag::other, 0}})}};
  const Metadata admitted = admit(object);
  EXPECT_EQ(admitted.uid, 1000U);
  EXPECT_THAT(admitted.attributes, IsEmpty());
  EXPECT_THAT(findings_.text(), HasSubstr("is a subordinate id of dan here"));
  object.metadata.uid = 165536;
  EXPECT_EQ(admit(object).uid, 165536U);
}

TEST_F(MetadataPolicyTest, ASubordinateIdOfAnAccountThatIsMadeIsHis) {
  state_.info().accounts[0].account.subuids = {{200000, 65536}};
  Object object = file();
  object.metadata.uid = 200001;
  EXPECT_EQ(admit(object).uid, 200001U);
  machine_.accounts().add_subuids({"dan", {200000, 65536}});  // so that ann's are 100000 and on
  EXPECT_EQ(admit(object).uid, 100001U);
  object.metadata.uid = 100001;
  EXPECT_EQ(admit(object).uid, 1000U) << "it is no other's at the source";
}

/// `useradd -o`: two names of one uid.
TEST_F(MetadataPolicyTest, AUidThatAccountsShareIsEachOnesOwn) {
  state_.add_account(8, "ben", 1000);
  options_.accounts = {kAnn, 8};
  Object object = file();
  EXPECT_EQ(admit(object).uid, 1000U);
  object.location.account = 8;
  EXPECT_EQ(admit(object).uid, 1001U);
}

class ServicesTest : public MetadataPolicyTest {
 protected:
  ServicesTest() {
    state_.info().services = {{"root", 0}, {"www-data", 33}, {"postfix", 90}};
    add_service("www-data", 77);
    add_service("svc", 33);
    add_service("other", 90);
  }
  void add_service(const std::string& name, std::uint32_t uid) {
    Account service;
    service.name = name;
    service.uid = uid;
    service.kind = AccountKind::service;
    machine_.accounts().set(service);
  }
  Object owned_by(std::uint32_t uid) {
    Object object = file();
    object.metadata.uid = uid;
    return object;
  }
  /// An ACL that lets `uid` read.
  static Bytes acl_for(std::uint32_t uid) {
    Bytes value;
    ByteWriter writer(value);
    writer.u32(2);
    const auto entry = [&](std::uint16_t tag, std::uint16_t permissions, std::uint32_t id) {
      writer.u16(tag);
      writer.u16(permissions);
      writer.u32(id);
    };
    entry(0x01, 6, 0xFFFFFFFF);
    entry(0x02, 4, uid);
    entry(0x04, 0, 0xFFFFFFFF);
    entry(0x10, 4, 0xFFFFFFFF);
    entry(0x20, 0, 0xFFFFFFFF);
    return value;
  }
};

TEST_F(ServicesTest, AreKnownByName) {
  options_.trust_source = true;
  EXPECT_EQ(admit(owned_by(33)).uid, 77U);
  Object object = file();
  object.metadata.attributes = {{std::string(kAccessAcl), acl_for(33)}};
  const Metadata admitted = admit(object);
  ASSERT_THAT(admitted.attributes, SizeIs(1));
  EXPECT_EQ(admitted.attributes[0].value, acl_for(77));
  EXPECT_THAT(findings_.all(), IsEmpty()) << findings_.text();
}

TEST_F(ServicesTest, OneThatIsNotHereIsNobodyElse) {
  options_.trust_source = true;
  EXPECT_EQ(admit(owned_by(90)).uid, 1000U);
  EXPECT_THAT(findings_.text(), HasSubstr("uid 90 was postfix at the source"));
  EXPECT_THAT(findings_.text(), HasSubstr("and is other here"));
  Object object = file();
  object.metadata.attributes = {{std::string(kAccessAcl), acl_for(90)}};
  const Metadata admitted = admit(object);
  for (const ExtendedAttribute& attribute : admitted.attributes) EXPECT_NE(attribute.value, acl_for(90));
  EXPECT_THAT(findings_.text(), HasSubstr("its ACL lost 1 entries"));
}

TEST_F(ServicesTest, AUserOfThatNameIsAnother) {
  machine_.add_account("postfix", 1500);
  options_.trust_source = true;
  EXPECT_EQ(admit(owned_by(90)).uid, 1000U);
}

TEST_F(MetadataPolicyTest, SubordinateIdsMoveWithTheirRange) {
  Account bob = machine_.add_account("bob", 1001);
  bob.subuids = {{100000, 65536}};
  machine_.accounts().set(bob);
  state_.info().accounts[0].account.subuids = {{100000, 65536}};
  Object object = file();
  object.metadata.uid = 100042;
  EXPECT_EQ(admit(object).uid, 165536U + 42U);
}

TEST_F(MetadataPolicyTest, PowersNeedTrust) {
  Object object = file();
  object.metadata.mode = 06755;
  object.metadata.attributes = {attribute("security.capability"), attribute("security.selinux"),
                                attribute("trusted.overlay.opaque"), attribute("user.comment")};
  const Metadata admitted = admit(object);
  EXPECT_EQ(admitted.mode, 0755U);
  ASSERT_THAT(admitted.attributes, SizeIs(1));
  EXPECT_EQ(admitted.attributes[0].name, "user.comment");
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(3)) << findings_.text();

  options_.trust_source = true;
  const Metadata trusted = admit(object);
  EXPECT_EQ(trusted.mode, 06755U);
  EXPECT_THAT(trusted.attributes, SizeIs(3)) << "all but the label";
  EXPECT_THAT(findings_.of(FindingKind::refused), IsEmpty());
}

TEST_F(MetadataPolicyTest, OwnersThatRuleTheComputerNeedTrust) {
  machine_.accounts().create_group({"shadow", 42, {}});
  machine_.accounts().create_group({"docker", 1500, {}});
  state_.info().groups.push_back({"docker", 1700, {}});
  for (const NodeKind kind : {NodeKind::file, NodeKind::folder, NodeKind::symlink}) {
    for (const std::uint32_t id : {0U, 1U, 42U, 999U, 65534U}) {
      Object object = file();
      object.kind = kind;
      object.metadata.uid = object.metadata.gid = id;
      EXPECT_EQ(admit(object).uid, 1000U) << id;
      EXPECT_EQ(admit(object).gid, 1000U) << id;
      const auto refused = findings_.of(FindingKind::refused);
      ASSERT_THAT(refused, SizeIs(2)) << findings_.text();
      EXPECT_EQ(refused[0].path, "/home/ann/x");
      EXPECT_THAT(refused[0].message, HasSubstr("the uid " + std::to_string(id)));
      options_.trust_source = true;
      EXPECT_EQ(admit(object).uid, id);
      EXPECT_EQ(admit(object).gid, id);
      options_.trust_source = false;
    }
  }
  Object object = file();
  object.metadata.gid = 1700;
  EXPECT_EQ(admit(object).gid, 1000U) << "docker, whatever its number";
}

TEST_F(MetadataPolicyTest, AGroupThatTheAccountIsInIsItsToGive) {
  Account ann = machine_.add_account("ann", 1000);
  machine_.accounts().create_group({"www-data", 33, {"ann"}});
  ann.groups = {"www-data"};
  machine_.accounts().set(ann);
  Object object = file();
  object.metadata.gid = 33;
  EXPECT_EQ(admit(object).gid, 33U);
  EXPECT_THAT(findings_.of(FindingKind::refused), IsEmpty()) << findings_.text();
}

TEST_F(MetadataPolicyTest, WhatIsAllowedOfTheSystemKeepsItsOwnerButNoSetgid) {
  Object object = file();
  object.location = {kSystemAccount, KnownFolder::none, "etc/x"};
  object.kind = NodeKind::folder;
  object.metadata.uid = object.metadata.gid = 42;
  object.metadata.mode = 02775;
  const Metadata admitted = admit(object);
  EXPECT_EQ(admitted.uid, 42U);
  EXPECT_EQ(admitted.gid, 42U);
  EXPECT_EQ(admitted.mode, 0775U);
}

TEST_F(MetadataPolicyTest, SetuidOfAFolderMeansNothingAndIsDropped) {
  Object object = file();
  object.kind = NodeKind::folder;
  object.metadata.mode = 06775;
  EXPECT_EQ(admit(object).mode, 02775U);
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(1));
}

TEST_F(MetadataPolicyTest, SetgidOfAFolderIsHarmless) {
  Object object = file();
  object.kind = NodeKind::folder;
  object.metadata.mode = 02775;
  EXPECT_EQ(admit(object).mode, 02775U);
}

TEST_F(MetadataPolicyTest, AttributesOfUnknownKindsAreLeftOut) {
  Object object = file();
  object.metadata.attributes = {attribute("system.nfs4_acl"), attribute("nonsense"), attribute("")};
  EXPECT_THAT(admit(object).attributes, IsEmpty());
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(3));
}

TEST_F(MetadataPolicyTest, AModeHasNoOtherBits) {
  Object object = file();
  object.metadata.mode = 0xFFFFFFFF;
  EXPECT_EQ(admit(object).mode, 01777U);
}

TEST_F(MetadataPolicyTest, RewritesAcls) {
  machine_.add_account("bob", 1000);
  Object object = file();
  Bytes acl;
  ByteWriter writer(acl);
  writer.u32(2);
  const auto entry = [&](std::uint16_t tag, std::uint16_t permissions, std::uint32_t id) {
    writer.u16(tag);
    writer.u16(permissions);
    writer.u32(id);
  };
  entry(1, 6, 0xFFFFFFFF);
  entry(2, 6, 1000);
  entry(4, 4, 0xFFFFFFFF);
  entry(16, 6, 0xFFFFFFFF);
  entry(32, 0, 0xFFFFFFFF);
  object.metadata.attributes = {{std::string(kAccessAcl), acl}};
  const Metadata admitted = admit(object);
  ASSERT_THAT(admitted.attributes, SizeIs(1));
  EXPECT_EQ(admitted.attributes[0].value[4 + 8 + 4], 1001U & 0xFF);
}

TEST_F(MetadataPolicyTest, ADamagedAclOpensNothing) {
  Object object = file();
  object.metadata.mode = 0670;
  object.metadata.attributes = {attribute(std::string(kAccessAcl)), attribute(std::string(kDefaultAcl))};
  const Metadata admitted = admit(object);
  EXPECT_THAT(admitted.attributes, IsEmpty());
  EXPECT_EQ(admitted.mode, 0600U) << "the group bits were the mask";
  EXPECT_THAT(findings_.of(FindingKind::metadata_lost), SizeIs(2));
}

TEST_F(MetadataPolicyTest, DevicesNeedTrustAndSocketsAreNeverMade) {
  EXPECT_TRUE(admits_kind(NodeKind::fifo));
  EXPECT_FALSE(admits_kind(NodeKind::block_device));
  EXPECT_FALSE(admits_kind(NodeKind::char_device));
  EXPECT_THAT(findings_.of(FindingKind::refused), SizeIs(2));
  EXPECT_FALSE(admits_kind(NodeKind::socket));
  EXPECT_FALSE(admits_kind(NodeKind::unknown));
  EXPECT_THAT(findings_.of(FindingKind::not_supported), SizeIs(2));
  options_.trust_source = true;
  EXPECT_TRUE(admits_kind(NodeKind::block_device));
}

TEST(IsSameMetadata, LooksAtWhatIsRestored) {
  Metadata there;
  there.mode = 0644;
  there.attributes = {{"security.selinux", {1}}, {"user.a", {2}}};
  Metadata wanted = there;
  wanted.attributes = {{"user.a", {2}}};
  wanted.accessed = {5, 0};
  EXPECT_TRUE(is_same_metadata(NodeKind::file, there, wanted));
  wanted.modified = {5, 1};
  EXPECT_FALSE(is_same_metadata(NodeKind::file, there, wanted));
  wanted = there;
  wanted.mode = 0600;
  EXPECT_FALSE(is_same_metadata(NodeKind::file, there, wanted));
  EXPECT_TRUE(is_same_metadata(NodeKind::symlink, there, wanted));
  wanted = there;
  wanted.attributes = {{"user.a", {3}}};
  EXPECT_FALSE(is_same_metadata(NodeKind::file, there, wanted));
  wanted = there;
  there.attributes.push_back({std::string(kAccessAcl), {}});
  EXPECT_FALSE(is_same_metadata(NodeKind::file, there, wanted)) << "an ACL of its own lets people in";
  there = wanted;
  there.attributes.push_back({"security.capability", {1}});
  EXPECT_FALSE(is_same_metadata(NodeKind::file, there, wanted)) << "a capability of its own gives power";
}

}  // namespace
}  // namespace rehome::load
