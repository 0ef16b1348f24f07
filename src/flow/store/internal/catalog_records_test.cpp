// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/catalog_records.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/core/error.h"
#include "flow/store/internal/limits.h"

namespace rehome::store {
namespace {

Timestamp any_time() {
  return {*rc::gen::arbitrary<std::int64_t>(), *rc::gen::inRange<std::uint32_t>(0, 1'000'000'000)};
}

Object any_object() {
  Object object;
  object.location = {5, static_cast<KnownFolder>(*rc::gen::inRange(0, 37)), *rc::gen::arbitrary<std::string>()};
  object.kind = static_cast<NodeKind>(*rc::gen::inRange(1, 8));
  Metadata& metadata = object.metadata;
  metadata.mode = *rc::gen::inRange<std::uint32_t>(0, 010000);
  metadata.uid = *rc::gen::arbitrary<std::uint32_t>();
  metadata.gid = *rc::gen::arbitrary<std::uint32_t>();
  metadata.modified = any_time();
  metadata.accessed = any_time();
  metadata.changed = any_time();
  metadata.flags = *rc::gen::arbitrary<std::uint32_t>();
  metadata.dos_attributes = *rc::gen::arbitrary<std::uint32_t>();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    metadata.attributes.push_back({*rc::gen::arbitrary<std::string>(), *rc::gen::arbitrary<Bytes>()});
  }
  object.size = *rc::gen::arbitrary<std::uint64_t>();
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    object.extents.push_back({*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()});
    const auto number = [] { return *rc::gen::arbitrary<std::uint32_t>(); };
    object.chunks.push_back({number(), number(), number(), number()});
  }
  object.piece_hashes = *rc::gen::arbitrary<Bytes>();
  object.link_target = *rc::gen::arbitrary<std::string>();
  object.device_number = *rc::gen::arbitrary<std::uint64_t>();
  object.link_group = *rc::gen::arbitrary<std::uint64_t>();
  object.leads_link_group = *rc::gen::arbitrary<bool>();
  object.source_device = *rc::gen::arbitrary<std::uint64_t>();
  object.source_inode = *rc::gen::arbitrary<std::uint64_t>();
  return object;
}

TEST(CatalogRecords, AnyObjectComesBack) {
  EXPECT_TRUE(rc::check([] {
    const Object object = any_object();
    Bytes bytes;
    append_record(bytes, object);
    RecordReader reader(bytes, 5);
    RC_ASSERT(std::get<Object>(*reader.next()) == object);
    RC_ASSERT(!reader.next());
  }));
}

TEST(CatalogRecords, ASequenceOfKindsComesBackInOrder) {
  Bytes bytes;
  const Finding finding{FindingKind::vanished, 5, "/home/\xff", "it is gone"};
  const NumberedPack pack{3, {{1, 2}}};
  const KnownAccount account{9, "ann", "S-1-5"};
  append_record(bytes, pack);
  append_record(bytes, account);
  append_record(bytes, finding);
  RecordReader reader(bytes, 5);
  EXPECT_EQ(std::get<NumberedPack>(*reader.next()), pack);
  EXPECT_EQ(std::get<KnownAccount>(*reader.next()), account);
  EXPECT_EQ(std::get<Finding>(*reader.next()), finding);
  EXPECT_FALSE(reader.next());
}

TEST(CatalogRecords, WhatIsKnownAboutACaptureComesBack) {
  CaptureInfo info;
  info.flavour = MachineFlavour::windows;
  info.computer_name = "pc";
  info.operating_system = {"Debian", "debian", "12", false};
  info.program_version = "1";
  Account account;
  account.name = "ann";
  account.kind = AccountKind::domain;
  account.uid = 1;
  account.gid = 2;
  account.sid = "S";
  account.comment = "c";
  account.home = "/h";
  account.shell = "/s";
  account.locked = true;
  account.password_hash = "$y$";
  account.groups = {"a", "b"};
  account.aging = PasswordAging{.changed = 18000, .min = 1, .max = 30, .warn = 5, .inactive = 10, .expires = 18500};
  account.subuids = {{1, 2}};
  account.subgids = {{3, 4}};
  info.accounts.push_back({4, account, "/canonical"});
  info.groups = {{"a", 7, {"ann", "bob"}}};
  info.services = {{"www-data", 33}};
  info.objects = 5;
  info.content_bytes = 6;
  info.findings = {1, 2, 3};
  info.rules =
      CaptureRules{.files = {{"a.xml", "<migration/>"}}, .also_volumes = {"/mnt"}, .keeps_tagged_caches = true};
  Bytes bytes;
  append_record(bytes, info);
  const auto back = std::get<CaptureInfo>(*RecordReader(bytes, 0).next());
  EXPECT_EQ(back.flavour, info.flavour);
  EXPECT_EQ(back.computer_name, info.computer_name);
  EXPECT_EQ(back.operating_system.version, "12");
  EXPECT_FALSE(back.operating_system.is_64_bit);
  ASSERT_EQ(back.accounts.size(), 1U);
  EXPECT_EQ(back.accounts[0].number, 4U);
  EXPECT_EQ(back.accounts[0].canonical_home, "/canonical");
  EXPECT_EQ(back.accounts[0].account.password_hash, "$y$");
  EXPECT_EQ(back.accounts[0].account.groups, account.groups);
  EXPECT_EQ(back.accounts[0].account.aging, account.aging);
  EXPECT_EQ(back.accounts[0].account.subuids, account.subuids);
  EXPECT_EQ(back.accounts[0].account.subgids, account.subgids);
  EXPECT_EQ(back.accounts[0].account.kind, AccountKind::domain);
  EXPECT_TRUE(back.accounts[0].account.locked);
  EXPECT_EQ(back.services, info.services);
  ASSERT_EQ(back.groups.size(), 1U);
  EXPECT_EQ(back.groups[0].members, info.groups[0].members);
  EXPECT_EQ(back.findings.errors, 3U);
  EXPECT_EQ(back.rules, info.rules);
}

TEST(CatalogRecords, AnAccountsPartNamesNobodyElse) {
  CaptureInfo info;
  Account ann, bob;
  ann.name = "ann";
  ann.gid = 10;
  ann.groups = {"shared"};
  bob.name = "bob";
  bob.gid = 11;
  bob.groups = {"shared", "secret"};
  info.accounts = {{1, ann, ""}, {2, bob, ""}};
  info.groups = {{"ann", 10, {}}, {"bob", 11, {}}, {"shared", 12, {"ann", "bob"}}, {"secret", 13, {"bob"}}};
  info.rules = CaptureRules{.files = {{"bobs-secrets.xml", ""}}};
  const CaptureInfo part = part_of_account(info, 1);
  EXPECT_FALSE(part.rules);
  ASSERT_EQ(part.accounts.size(), 1U);
  ASSERT_EQ(part.groups.size(), 2U);
  EXPECT_EQ(part.groups[0].name, "ann");
  EXPECT_EQ(part.groups[1].members, std::vector<std::string>{"ann"});
}

TEST(CatalogRecords, ARecordOfALaterProgramIsPassedOver) {
  // Field 100, a message of two bytes: one that this program's schema does not have.
  const Bytes bytes = {5, 0xa2, 0x06, 2, 8, 1};
  RecordReader reader(bytes, 0);
  EXPECT_TRUE(std::holds_alternative<std::monostate>(*reader.next()));
  EXPECT_FALSE(reader.next());
}

TEST(CatalogRecords, ValuesThatCannotBeAreRefused) {
  const auto refused = [](const Object& object) {
    Bytes bytes;
    append_record(bytes, object);
    EXPECT_THROW(RecordReader(bytes, 0).next(), Error);
  };
  Object object;
  object.kind = NodeKind::unknown;
  refused(object);
  object = {};
  object.metadata.mode = 0100644;
  refused(object);
  object = {};
  object.metadata.modified.nanoseconds = 1'000'000'000;
  refused(object);
}

TEST(CatalogRecords, AnyBytesAreReadOrRefused) {
  EXPECT_TRUE(rc::check([](const Bytes& bytes) {
    RecordReader reader(bytes, 0);
    try {
      while (reader.next()) {
      }
    } catch (const Error& error) {
      RC_ASSERT(error.code() == ErrorCode::corrupt);
    }
  }));
}

TEST(CatalogRecords, HostileLengthsAreRefused) {
  for (const Bytes& bytes : {Bytes{0xff, 0xff, 0xff, 0xff, 0x0f}, Bytes{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
                             Bytes{2, 0}, Bytes{0x80}}) {
    EXPECT_THROW(RecordReader(bytes, 0).next(), Error);
  }
}

void put_varint(Bytes& out, std::uint64_t value) {
  for (; value > 0x7f; value >>= 7) out.push_back(static_cast<std::uint8_t>(value | 0x80));
  out.push_back(static_cast<std::uint8_t>(value));
}

Bytes field(std::uint64_t number, const Bytes& content) {
  Bytes out;
  put_varint(out, number << 3 | 2);
  put_varint(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Bytes repeated(const Bytes& piece, std::size_t count) {
  Bytes out;
  out.reserve(piece.size() * count);
  for (std::size_t i = 0; i < count; ++i) out.insert(out.end(), piece.begin(), piece.end());
  return out;
}

ErrorCode refusal_of(const Bytes& record) {
  Bytes bytes;
  put_varint(bytes, record.size());
  bytes.insert(bytes.end(), record.begin(), record.end());
  try {
    RecordReader(bytes, 0).next();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "it was taken";
  return ErrorCode::cancelled;
}

/// Each of these is two bytes on the wire and up to a hundred in memory, and a store shrinks them to nothing.
TEST(CatalogRecords, HostileRepetitionsAreRefusedBeforeTheyTakeMemory) {
  constexpr std::size_t kMany = kMostRecordParts + 1;
  const Bytes group = repeated(field(3, {}), kMany);        // members
  const Bytes account = repeated(field(12, {}), kMany);     // groups
  const Bytes ranges = repeated(field(13, {}), kMany);      // subuids
  const Bytes attributes = repeated(field(15, {}), kMany);  // of an object
  EXPECT_EQ(refusal_of(field(5, repeated(field(9, {}), kMany))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(5, repeated(field(8, {}), kMany))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(5, field(9, group))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(5, field(8, account))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(5, field(8, ranges))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(1, attributes)), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(5, field(16, repeated(field(1, {}), kMany)))), ErrorCode::limit_exceeded);  // rule files
  // The halves of one message, which protobuf puts together.
  const Bytes half = field(5, repeated(field(9, {}), kMany / 2 + 1));
  EXPECT_EQ(refusal_of(repeated(half, 2)), ErrorCode::limit_exceeded);
}

TEST(CatalogRecords, HostileNumbersOfPiecesAreRefused) {
  const Bytes extents(2 * kMostFileExtents + 1, 0);
  const Bytes chunks(4 * kMostFileChunks + 1, 0);
  EXPECT_EQ(refusal_of(field(1, field(17, extents))), ErrorCode::limit_exceeded);
  EXPECT_EQ(refusal_of(field(1, field(18, chunks))), ErrorCode::limit_exceeded);
  const Bytes one_by_one = repeated({0x88, 1, 0}, 2 * kMostFileExtents + 1);
  EXPECT_EQ(refusal_of(field(1, one_by_one)), ErrorCode::limit_exceeded);
}

TEST(CatalogRecords, WhatNoReaderTakesIsNotWritten) {
  CaptureInfo info;
  info.groups.push_back({"all", 1, std::vector<std::string>(kMostRecordParts, "x")});
  Bytes bytes;
  EXPECT_THROW(append_record(bytes, info), Error);
  info.groups[0].members.resize(kMostRecordParts / 2);
  append_record(bytes, info);
  EXPECT_EQ(std::get<CaptureInfo>(*RecordReader(bytes, 0).next()).groups[0].members, info.groups[0].members);
}

}  // namespace
}  // namespace rehome::store
