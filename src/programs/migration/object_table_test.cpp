// SPDX-License-Identifier: Apache-2.0
#include "programs/migration/object_table.h"

#include <gtest/gtest.h>

#include "base/core/error.h"

namespace rehome::cli {
namespace {

Object object(AccountNumber account, const std::string& rest) {
  Object made;
  made.location = {account, KnownFolder::home, rest};
  made.metadata.mode = 0640;
  made.metadata.uid = 1000;
  made.metadata.gid = 1001;
  made.metadata.modified = {-5, 999'999'999};
  made.metadata.changed = {1'700'000'000, 3};
  made.metadata.attributes = {{"user.note", {1, 2}}};
  made.size = 12;
  made.source_inode = 77;
  return made;
}

ObjectTable table() {
  ObjectTable made;
  for (int i = 0; i < 20; ++i) made.add(object(1, "f" + std::to_string(i)), i == 3);
  made.finish();
  return made;
}

TEST(ObjectTable, FindsByAccountAnchorAndPathAndNothingElse) {
  const ObjectTable made = table();
  ASSERT_NE(made.find({1, KnownFolder::home, "f3"}), nullptr);
  EXPECT_EQ(*made.find({1, KnownFolder::home, "f3"}), identity_of(object(1, "f3"), true));
  EXPECT_EQ(made.find({2, KnownFolder::home, "f3"}), nullptr);
  EXPECT_EQ(made.find({1, KnownFolder::documents, "f3"}), nullptr);
  EXPECT_EQ(made.find({1, KnownFolder::home, "f"}), nullptr);
}

TEST(ObjectTable, EveryPropertyMakesAnotherIdentity) {
  const Object good = object(1, "f");
  const auto differs = [&](auto change) {
    Object other = good;
    change(other);
    return identity_of(other, false) != identity_of(good, false);
  };
  EXPECT_TRUE(differs([](Object& o) { o.metadata.mode = 0600; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.uid = 1; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.gid = 1; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.modified.nanoseconds = 1; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.changed.nanoseconds = 1; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.attributes[0].value = {1, 3}; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.attributes[0].name = "user.not"; }));
  EXPECT_TRUE(differs([](Object& o) { o.metadata.attributes.clear(); }));
  EXPECT_TRUE(differs([](Object& o) { o.link_target = "x"; }));
  EXPECT_TRUE(differs([](Object& o) { o.size = 13; }));
  EXPECT_TRUE(differs([](Object& o) { o.source_inode = 78; }));
  EXPECT_TRUE(differs([](Object& o) { o.kind = NodeKind::fifo; }));
}

TEST(ObjectTable, ComesBackAndNothingElseIsTaken) {
  const Bytes bytes = table().to_bytes();
  const ObjectTable back = ObjectTable::from_bytes(bytes);
  EXPECT_EQ(back.size(), 20U);
  EXPECT_EQ(*back.find({1, KnownFolder::home, "f3"}), identity_of(object(1, "f3"), true));
  EXPECT_EQ(back.to_bytes(), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THROW(ObjectTable::from_bytes(ByteView(bytes).first(size)), Error) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_THROW(ObjectTable::from_bytes(longer), Error);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Bytes other = bytes;
    other[at] ^= 0xff;
    try {
      EXPECT_NE(ObjectTable::from_bytes(other).to_bytes(), bytes);  // whatever it is, it is read without harm
    } catch (const Error&) {
      continue;
    }
  }
}

}  // namespace
}  // namespace rehome::cli
