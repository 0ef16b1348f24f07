// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/account_edit.h"

#include <gtest/gtest.h>

namespace rehome::linux_etc {
namespace {

TEST(AccountEdit, AddsALineAtTheEndAndKeepsTheRest) {
  EXPECT_EQ(with_line("", "b:1"), "b:1\n");
  EXPECT_EQ(with_line("# c\n\n:::bad\na:1\n", "b:1"), "# c\n\n:::bad\na:1\nb:1\n");
  EXPECT_EQ(with_line("a:1", "b:1"), "a:1\nb:1\n") << "the last line had no end";
}

TEST(AccountEdit, AddsALineBeforeThoseOfNis) {
  EXPECT_EQ(with_line("a:1\n+::\n", "b:1"), "a:1\nb:1\n+::\n");
  EXPECT_EQ(with_line("-x\n+", "b:1"), "b:1\n-x\n+");
}

TEST(AccountEdit, RemovesTheLinesOfOneNameOnly) {
  EXPECT_EQ(without_lines_of("ann:1\nanna:2\n#ann:3\nann:4\nben:ann:5", "ann"), "anna:2\n#ann:3\nben:ann:5");
  EXPECT_EQ(without_lines_of("ben:1\nann:2", "ann"), "ben:1\n");
  EXPECT_EQ(without_lines_of("ann", "ann"), "");
}

TEST(AccountEdit, AddsAMember) {
  EXPECT_EQ(with_member("a:x:1:\nb:x:2:ann\n", "b", "ben"), "a:x:1:\nb:x:2:ann,ben\n");
  EXPECT_EQ(with_member("a:x:1:\nb:x:2:ann\n", "a", "ben"), "a:x:1:ben\nb:x:2:ann\n");
  EXPECT_EQ(with_member("a:x:1", "a", "ben"), "a:x:1:ben") << "short line without an end";
  EXPECT_EQ(with_member("a:x:1:ann,", "a", "ben"), "a:x:1:ann,ben");
  EXPECT_EQ(with_member("a:!:root:\n", "a", "ben"), "a:!:root:ben\n") << "gshadow";
}

TEST(AccountEdit, AddsAMemberToTheFirstPartOfASplitGroupOnly) {
  EXPECT_EQ(with_member("a:x:1:x\na:x:1:y\n", "a", "ben"), "a:x:1:x,ben\na:x:1:y\n");
}

TEST(AccountEdit, LeavesTheTextAloneWhereThereIsNothingToDo) {
  EXPECT_EQ(with_member("a:x:1:ben,ann\n", "a", "ben"), "a:x:1:ben,ann\n");
  EXPECT_EQ(with_member("a:x:1:\n", "b", "ben"), "a:x:1:\n");
  EXPECT_EQ(with_member("", "b", "ben"), "");
}

TEST(AccountEdit, KeepsEmptyFieldsAtTheEndOfALine) {
  EXPECT_EQ(join_fields({"ann", "!", "19000", "", "", "", "", "", ""}), "ann:!:19000::::::");
}

TEST(AccountEditDeathTest, AFieldThatWouldBeTwoIsABug) {
  EXPECT_DEATH(join_fields({"ann", "x:0"}), "unchecked field");
  EXPECT_DEATH(join_fields({"ann\nroot"}), "unchecked field");
}

}  // namespace
}  // namespace rehome::linux_etc
