// SPDX-License-Identifier: Apache-2.0
// Rule files made to do harm: they end in a diagnostic or an Error, in reasonable time and memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/core/error.h"
#include "tests/rules/rule_test.h"

namespace rehome::rules {
namespace {

std::string parse_text(const std::string& xml) {
  RuleFile file{"t.xml", xml};
  return text_of(parse(std::span(&file, 1)).diagnostics);
}

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(HostileRules, EntityBombsAreRefused) {
  EXPECT_THAT(parse_text("<!DOCTYPE migration [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
                         "<migration urlid=\"&b;\"/>"),
              testing::StartsWith("t.xml:1:"));
}

TEST(HostileRules, ExternalEntitiesAreNeverFetched) {
  std::string text = parse_text(
      "<!DOCTYPE migration [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
      "<migration urlid=\"u\"><component type=\"Documents\"><displayName>&x;</displayName>"
      "</component></migration>");
  EXPECT_THAT(text, testing::HasSubstr("error"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("root:")));
}

TEST(HostileRules, DeepNestingEndsTheFile) {
  EXPECT_THAT(parse_text("<migration urlid='u'>" + repeated("<rules>", 10'000)), testing::HasSubstr("error"));
  EXPECT_THAT(
      parse_text("<migration urlid='u'>" + repeated("<rules>", 10'000) + repeated("</rules>", 10'000) + "</migration>"),
      testing::HasSubstr("error"));
}

TEST(HostileRules, NotXmlAtAll) {
  EXPECT_THAT(parse_text(""), testing::HasSubstr("error"));
  EXPECT_THAT(parse_text(std::string("\0\x01\x02\xFF", 4)), testing::HasSubstr("error"));
  EXPECT_THAT(parse_text("<migration urlid='u'"), testing::HasSubstr("error"));
}

class HostileEvaluation : public ::testing::Test {
 protected:
  HostileEvaluation() : test_(MachineFlavour::linux) { test_.add_account("ann", 1000); }
  RuleTest test_;
};

TEST_F(HostileEvaluation, NamesThatDoubleWithEveryLevelRunOutOfSteps) {
  std::string names;
  for (int i = 0; i < 40; ++i) {
    std::string next = "<rules name=\"r" + std::to_string(i + 1) + "\"/>";
    names += "<rules name=\"r" + std::to_string(i) + "\">" + next + next + "</rules>";
  }
  names += "<rules name=\"r40\">" + exclude({"/a"}) + "</rules>";
  std::string component =
      "<component type=\"Documents\" context=\"System\"><role role=\"Data\"><rules name=\"r0\"/>"
      "</role></component>";
  test_.compile(migration("<namedElements>" + names + "</namedElements>" + component));
  EXPECT_THAT(test_.diagnostics(), testing::MatchesRegex("t.xml:2:[0-9]+: error: the rules refer to each other so "
                                                         "often(.|\n)*"));
}

TEST_F(HostileEvaluation, ConditionsThatDoubleWithEveryLevelRunOutOfSteps) {
  std::string names;
  for (int i = 0; i < 40; ++i) {
    std::string next = "<conditions name=\"c" + std::to_string(i + 1) + "\"/>";
    names += "<conditions name=\"c" + std::to_string(i) + "\">" + next + next + "</conditions>";
  }
  names += "<conditions name=\"c40\"><condition>MigXmlHelper.IsNative64Bit()</condition></conditions>";
  std::string component =
      "<component type=\"Documents\" context=\"System\"><role role=\"Data\"><rules>"
      "<conditions name=\"c0\"/>" +
      include({"/a"}) + "</rules></role></component>";
  test_.compile(migration("<namedElements>" + names + "</namedElements>" + component));
  EXPECT_THAT(test_.diagnostics(), testing::MatchesRegex("t.xml:2:[0-9]+: error: the rules refer to each other so "
                                                         "often(.|\n)*"));
}

/// Each variable on a line of its own, v0 on the first, and each twice as long as the one before.
std::string with_doubling_variables(int count, const std::string& include) {
  std::string variables = "<variable name=\"v0\"><text>/aaaaaaaa</text></variable>\n";
  for (int i = 1; i < count; ++i) {
    const std::string before = "%v" + std::to_string(i - 1) + "%";
    variables += "<variable name=\"v" + std::to_string(i) + "\"><text>" + before + before + "</text></variable>\n";
  }
  return migration("<component type=\"Documents\" context=\"System\"><environment>" + variables +
                   "</environment><role role=\"Data\"><rules>" + include + "</rules></role></component>");
}

TEST_F(HostileEvaluation, VariablesThatDoubleStopAtTheLongestPattern) {
  test_.compile(with_doubling_variables(60, include({"%v59%/* [*]", "%v11%%v11%"})));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("longer than 32768 bytes"));
}

TEST_F(HostileEvaluation, AVariableThatGrowsTooLongIsAnErrorWhereAnIncludeUsesIt) {
  test_.compile(with_doubling_variables(20, include({"%v19%/* [*]"})));
  EXPECT_THAT(test_.diagnostics(), testing::StartsWith("t.xml:14:1: error: with its variables replaced this is longer "
                                                       "than 32768 bytes\n"));
}

TEST_F(HostileEvaluation, AValueLongerThanAPathCountsForNobody) {
  const std::string longest(40'000, 'a');
  test_.add_account("bob", 1001);
  test_.machine().environment().set_variable("APPDATA", "ann", "/" + longest);
  test_.machine().add_file("/etc/app.ini", "[a]\nDir=/" + longest + "\n");
  test_.compile(migration(
      component("c", include({"%APPDATA%/* [*]"}), "User") +
      "<component type=\"Application\" context=\"System\"><displayName>A</displayName><environment>"
      "<variable name=\"DIR\"><script>MigXmlHelper.GetStringContent(\"Ini\",\"/etc/app.ini|a [Dir]\")</script>"
      "</variable></environment><role role=\"Settings\"><rules>" +
      include({"%DIR%/* [*]"}) + "</rules></role></component>"));
  EXPECT_EQ(test_.diagnostics(), "");
  EXPECT_TRUE(test_.takes("/home/bob/.config/x"));
}

TEST_F(HostileEvaluation, ReferencesInARingAreCut) {
  test_.compile(
      migration("<namedElements><rules name=\"a\"><rules name=\"b\"/></rules><rules name=\"b\">"
                "<rules name=\"c\"/></rules><rules name=\"c\"><rules name=\"a\"/></rules></namedElements>"
                "<component type=\"Documents\" context=\"System\"><role role=\"Data\"><rules name=\"b\"/>"
                "</role></component>"));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("refers to itself"));
}

TEST_F(HostileEvaluation, HugePatterns) {
  test_.compile(migration(component("c", include({"/" + std::string(100'000, 'a')}))));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("longer than 32768 bytes"));
  std::string deep = "/a" + repeated("/a", 8000) + "/* [*]";
  test_.compile(migration(component("c", include({deep}))));
  EXPECT_FALSE(test_.takes("/a/b"));
}

TEST_F(HostileEvaluation, StarsDoNotMakeMatchingSlow) {
  std::string stars = "/" + repeated("*a", 1000) + "b";
  test_.compile(migration(component("c", include({stars + "/* [*]", "/x/* [" + repeated("*a", 1000) + "b]"}))));
  EXPECT_FALSE(test_.takes("/" + std::string(255, 'a') + "/x"));
  EXPECT_FALSE(test_.takes("/x/" + std::string(255, 'a')));
  // '*' for whole folders many times over: every place is one state more, not a search.
  test_.compile(migration(component("c", include({repeated("/*/a", 50) + "/* [x]"}))));
  EXPECT_FALSE(test_.takes(repeated("/a", 200) + "/y"));
  EXPECT_TRUE(test_.takes(repeated("/a", 200) + "/x"));
}

TEST_F(HostileEvaluation, OneFolderThatCannotBeOpenedStopsNobody) {
  const std::string rules = migration(
      "<component type=\"Documents\" context=\"System\"><role role=\"Data\"><detects><detect>"
      "<condition>MigXmlHelper.DoesObjectExist(\"File\",\"/a/.ssh\")</condition></detect></detects><rules>" +
      include({"/a/* [*]"}) + "</rules></role></component>");
  test_.machine().add_folder("/a/.ssh");
  test_.machine().failures().fail(Operation::open_folder, "/a/.ssh", ELOOP);
  test_.compile(rules);
  EXPECT_EQ(test_.diagnostics(), "");
  EXPECT_TRUE(test_.takes("/a/b")) << "a link to itself is there, though it leads nowhere";
  test_.machine().failures().clear();
  test_.machine().failures().fail(Operation::open_folder, "/a/.ssh", EIO);
  test_.compile(rules);
  EXPECT_EQ(test_.diagnostics(), "");
  EXPECT_TRUE(test_.takes("/a/b")) << "a bad sector drops nothing";
  test_.machine().failures().fail(Operation::open_folder, "/a", EACCES);
  test_.compile(migration(component("c", include({"/a/.ssh"}))));
  EXPECT_EQ(test_.diagnostics(), "") << "nobody knows that it is no folder";
}

TEST_F(HostileEvaluation, ASearchOfAWholeDiskEnds) {
  for (int i = 0; i < 300; ++i) test_.machine().add_folder("/data/" + std::to_string(i) + "/a/b/c");
  std::string conditions;
  for (int i = 0; i < 1000; ++i) {
    conditions +=
        "<condition>MigXmlHelper.DoesObjectExist(\"File\",\"/* [none" + std::to_string(i) + "]\")</condition>";
  }
  test_.compile(
      migration("<component type=\"Documents\" context=\"System\"><role role=\"Data\"><rules>"
                "<conditions operation=\"OR\">" +
                conditions + "</conditions>" + include({"/a/* [*]"}) + "</rules></role></component>"));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("whether this object exists cannot be found out"));
}

}  // namespace
}  // namespace rehome::rules
