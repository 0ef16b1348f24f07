// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/account_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace rehome::linux_etc {
namespace {

using namespace std::string_view_literals;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names_in(std::string_view passwd) {
  std::vector<std::string> names;
  for (const PasswdEntry& entry : parse_passwd(passwd)) names.push_back(entry.name);
  return names;
}

TEST(Passwd, ReadsEveryField) {
  auto entries = parse_passwd("ann:x:1001:1002:Ann Lee,,,:/home/ann:/bin/zsh\n");
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].name, "ann");
  EXPECT_EQ(entries[0].password, "x");
  EXPECT_EQ(entries[0].uid, 1001U);
  EXPECT_EQ(entries[0].gid, 1002U);
  EXPECT_EQ(entries[0].comment, "Ann Lee,,,");
  EXPECT_EQ(entries[0].home, "/home/ann");
  EXPECT_EQ(entries[0].shell, "/bin/zsh");
}

TEST(Passwd, ReadsTheLastLineWithoutItsEndAndLinesWithoutTheirLastFields) {
  EXPECT_THAT(names_in("ann:x:1001:1001:::\nben:x:1002:1002"), ElementsAre("ann", "ben"));
}

TEST(Passwd, PassesOverWhatIsNoAccountOfTheComputer) {
  EXPECT_THAT(names_in("\n#ann:x:1:1:::\n+\n+::::::\n-ben\n+@staff::::::\ncleo:x:1003:1003:::\n"), ElementsAre("cleo"));
}

TEST(Passwd, PassesOverMalformedLinesAndKeepsTheOthers) {
  EXPECT_THAT(names_in("ann\nben:x\n:x:1:1:::\ncleo:x::1:::\ndan:x:1:one:::\nemma:x:-1:1:::\nfay:x:1 :1:::\n"
                       "gus:x:4294967295:1:::\nhal:x:65535:1:::\nida:x:4294967296:1:::\n../x:x:1:1:::\n..:x:1:1:::\n"
                       "jo\x1b[2J:x:1:1:::\nkim:x:1011:1011:::\n"),
              ElementsAre("kim"));
  EXPECT_THAT(names_in("ann\0:x:1:1:::\nben:x:1:1:a\0b::\ncleo:x:1:1:::"sv), ElementsAre("cleo"));
}

TEST(Passwd, OfDuplicatesTheFirstCounts) {
  auto entries = parse_passwd("ann:x:1001:1:::\nann:x:0:0:::\ntoor:x:1001:1:::\n");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].uid, 1001U);
  EXPECT_EQ(entries[1].name, "toor") << "two names of one uid are two accounts";
}

TEST(Passwd, TakesNamesOfDirectoryServices) {
  EXPECT_THAT(names_in("ann@example.org:x:1:1:::\nCORP\\Ann Lee:x:2:2:::\nj\xC3\xBCrgen:x:3:3:::\n"),
              ElementsAre("ann@example.org", "CORP\\Ann Lee", "j\xC3\xBCrgen"));
}

TEST(Shadow, ReadsNamesAndPasswordsOnly) {
  auto entries = parse_shadow("ann:$6$salt$hash:19000:0:99999:7:::\nben:!\nann:other:::::::\nbad\n");
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].password, "$6$salt$hash");
  EXPECT_EQ(entries[1].password, "!");
}

TEST(GroupFile, ReadsMembersOnceEach) {
  auto groups = parse_group("audio:x:29:ann,ben,ann,,../x\nempty:x:30:\nshort:x:31\n");
  ASSERT_EQ(groups.size(), 3U);
  EXPECT_THAT(groups[0].members, ElementsAre("ann", "ben"));
  EXPECT_THAT(groups[1].members, IsEmpty());
  EXPECT_EQ(groups[2].gid, 31U);
}

TEST(GroupFile, JoinsAGroupThatWasSplitButNotOneOfAnotherNumber) {
  auto groups = parse_group("big:x:500:ann\nbig:x:500:ben\nbig:x:27:mallory\n");
  ASSERT_EQ(groups.size(), 1U);
  EXPECT_EQ(groups[0].gid, 500U);
  EXPECT_THAT(groups[0].members, ElementsAre("ann", "ben"));
}

TEST(SubordinateIds, PassOverRangesThatAreNone) {
  auto entries = parse_subordinate_ids(
      "ann:100000:65536\n1001:165536:65536\nben:1:0\ncleo:4294967295:2\ndan:x:1\nemma:5\nfay:4294967294:1\n");
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].range, (IdRange{100000, 65536}));
  EXPECT_EQ(entries[1].owner, "1001");
  EXPECT_EQ(entries[2].owner, "fay");
}

TEST(AccountLines, NoTextIsTooOdd) {
  rc::check([](const std::string& text) {
    parse_passwd(text);
    parse_shadow(text);
    parse_group(text);
    parse_subordinate_ids(text);
  });
}

}  // namespace
}  // namespace rehome::linux_etc
