// SPDX-License-Identifier: Apache-2.0
#include "model/object.h"

#include <gtest/gtest.h>

#include "base/core/error.h"
#include "base/machine/machine.h"

namespace rehome {
namespace {

Object object(NodeKind kind, std::string rest, std::string target = "") {
  Object made;
  made.location = {1, KnownFolder::home, std::move(rest)};
  made.kind = kind;
  made.link_target = std::move(target);
  return made;
}

bool is_possible(const Object& object, MachineFlavour flavour = MachineFlavour::linux) {
  try {
    check_object(object, flavour);
    return true;
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::corrupt);
    return false;
  }
}

TEST(ObjectCheck, WhatIsCapturedIsPossible) {
  EXPECT_TRUE(is_possible(object(NodeKind::folder, "")));
  EXPECT_TRUE(is_possible(object(NodeKind::file, "a/b \\ ...\n\xff")));
  EXPECT_TRUE(is_possible(object(NodeKind::symlink, "a", "../../etc//passwd")));
}

TEST(ObjectCheck, NoPathThatClimbsOrHasNoEnd) {
  for (const char* rest : {"..", "a/../b", "/a", "a/", "a//b", "."}) {
    EXPECT_FALSE(is_possible(object(NodeKind::file, rest))) << rest;
  }
  EXPECT_FALSE(is_possible(object(NodeKind::file, std::string("a\0b", 3))));
  EXPECT_FALSE(is_possible(object(NodeKind::file, "a\\..\\b"), MachineFlavour::windows));
  EXPECT_FALSE(is_possible(object(NodeKind::file, std::string(kLongestRest + 1, 'a'))));
  std::string deep;
  for (std::size_t i = 0; i < kDeepestFolder; ++i) deep += "a/";
  EXPECT_TRUE(is_possible(object(NodeKind::file, deep + "a")));
  EXPECT_FALSE(is_possible(object(NodeKind::file, deep + "a/a")));
}

TEST(ObjectCheck, AnAnchorIsAFolderAndALinkLeadsSomewhere) {
  EXPECT_FALSE(is_possible(object(NodeKind::file, "")));
  EXPECT_FALSE(is_possible(object(NodeKind::symlink, "", "x")));
  EXPECT_FALSE(is_possible(object(NodeKind::symlink, "a", "")));
  EXPECT_FALSE(is_possible(object(NodeKind::symlink, "a", std::string("x\0y", 3))));
}

}  // namespace
}  // namespace rehome
