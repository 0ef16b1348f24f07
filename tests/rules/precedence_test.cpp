// SPDX-License-Identifier: Apache-2.0
// Which rule wins: the vectors T1..T19 of the reference, in their Windows form and as their Linux counterparts.
#include <algorithm>
#include <gtest/gtest.h>

#include "tests/rules/rule_test.h"

namespace rehome::rules {
namespace {

/// Writes a vector once for both kinds of machine: "C:\Dir1\* [*]" becomes "/Dir1/* [*]".
class Vectors : public ::testing::TestWithParam<MachineFlavour> {
 protected:
  Vectors() : test_(GetParam()) {}

  std::string native(std::string text) const {
    if (GetParam() == MachineFlavour::windows) return text;
    std::string linux_text;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.compare(i, 3, "C:\\") == 0) {
        linux_text += '/';
        i += 2;
      } else {
        linux_text += text[i] == '\\' ? '/' : text[i];
      }
    }
    return linux_text;
  }
  void given(const std::string& inner) { test_.compile(native(migration(inner))); }
  bool takes(const std::string& file) const {
    std::string path = native(file);
    if (GetParam() == MachineFlavour::windows) std::ranges::replace(path, '\\', '/');
    return test_.takes(path);
  }

  RuleTest test_;
};

INSTANTIATE_TEST_SUITE_P(Machines, Vectors, ::testing::Values(MachineFlavour::windows, MachineFlavour::linux),
                         [](const auto& instance) {
                           return std::string(instance.param == MachineFlavour::windows ? "Windows" : "Linux");
                         });

TEST_P(Vectors, T1LongerFolderBeatsExtension) {
  given(component("c", include({"C:\\Dir1\\* [*]"}) + exclude({"C:\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\a.txt"));
  EXPECT_TRUE(takes("C:\\Dir1\\Sub\\a.txt"));
  EXPECT_FALSE(takes("C:\\a.doc"));
}

TEST_P(Vectors, T2DeeperExcludeOfAnExtension) {
  given(component("c", include({"C:\\Dir1\\* [*]"}) + exclude({"C:\\Dir1\\Dir2\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\a.txt"));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.doc"));
  EXPECT_FALSE(takes("C:\\Dir1\\Dir2\\a.txt"));
  EXPECT_FALSE(takes("C:\\Dir1\\Dir2\\Sub\\a.txt"));
}

TEST_P(Vectors, T3ExtensionBeatsEverythingInTheSameFolder) {
  given(component("c", include({"C:\\Dir1\\* [*]"}) + exclude({"C:\\Dir1\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\a.doc"));
  EXPECT_FALSE(takes("C:\\Dir1\\a.txt"));
  EXPECT_FALSE(takes("C:\\Dir1\\Sub\\a.txt"));
}

TEST_P(Vectors, T4TieGoesToExclude) {
  given(component("c", include({"C:\\Dir1\\Dir2\\* [*.txt]"}) + exclude({"C:\\Dir1\\Dir2\\* [*.txt]"})));
  EXPECT_FALSE(takes("C:\\Dir1\\Dir2\\a.txt"));
}

TEST_P(Vectors, T5DeeperExcludeOfEverything) {
  given(component("c", include({"C:\\Dir1\\* [*.txt]"}) + exclude({"C:\\Dir1\\Dir2\\* [*]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\a.txt"));
  EXPECT_TRUE(takes("C:\\Dir1\\Sub\\a.txt"));
  EXPECT_FALSE(takes("C:\\Dir1\\Dir2\\a.txt"));
  EXPECT_FALSE(takes("C:\\Dir1\\a.doc"));
}

TEST_P(Vectors, T6IsDecidedByTheFolderWhateverTheDocumentationSays) {
  given(component("c", include({"C:\\Dir1\\Dir2\\* [*]"}) + exclude({"C:\\Dir1\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.txt"));
  EXPECT_FALSE(takes("C:\\Dir1\\a.doc"));
}

TEST_P(Vectors, T7TheFolderItselfBeatsTheFolderAndBelow) {
  given(component("c", include({"C:\\E\\* [*]"}) + exclude({"C:\\E\\ [*]"})));
  EXPECT_FALSE(takes("C:\\E\\a"));
  EXPECT_TRUE(takes("C:\\E\\Sub\\a"));
}

TEST_P(Vectors, T8LiteralNameBeatsEverything) {
  given(component("c", include({"C:\\E\\* [*]"}) + exclude({"C:\\E\\ [Sample.doc]"})));
  EXPECT_FALSE(takes("C:\\E\\Sample.doc"));
  EXPECT_TRUE(takes("C:\\E\\Other.doc"));
  EXPECT_TRUE(takes("C:\\E\\Sub\\Sample.doc"));
}

TEST_P(Vectors, T9WholeDriveWithoutAnExtension) {
  given(component("c", include({"C:\\* [*]"}) + exclude({"C:\\* [*.mp3]"})));
  EXPECT_TRUE(takes("C:\\a.doc"));
  EXPECT_TRUE(takes("C:\\x\\y\\a.doc"));
  EXPECT_FALSE(takes("C:\\a.mp3"));
  EXPECT_FALSE(takes("C:\\x\\y\\a.mp3"));
}

TEST_P(Vectors, T10ComponentsDoNotAffectEachOther) {
  given(component("one", include({"C:\\Dir1\\* [*]"}) + exclude({"C:\\Dir1\\Dir2\\* [*.txt]"})) +
        component("two", include({"C:\\Dir1\\Dir2\\* [*.txt]"}) + exclude({"C:\\Dir1\\* [*]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\a.txt"));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.doc"));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.txt"));
}

TEST_P(Vectors, T11ExcludeWithoutIncludeDoesNothing) {
  given(component("one", exclude({"C:\\U\\* [*.mp3]"})) + component("two", include({"C:\\U\\ [*]"})));
  EXPECT_TRUE(takes("C:\\U\\a.mp3"));
}

TEST_P(Vectors, T12ExcludeInAnotherComponentDoesNothing) {
  given(component("one", include({"C:\\Dir1\\Dir2\\* [*]"})) + component("two", exclude({"C:\\Dir1\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.txt"));
}

TEST_P(Vectors, T13ExcludeInAnotherComponentDoesNothing) {
  given(component("one", exclude({"C:\\Dir1\\Dir2\\* [*]"})) + component("two", include({"C:\\Dir1\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\Dir1\\Dir2\\a.txt"));
  EXPECT_TRUE(takes("C:\\Dir1\\a.txt"));
}

TEST_P(Vectors, T18TheFolderDecidesBeforeTheExtension) {
  given(component("c", include({"C:\\data\\* [*]"}) + exclude({"C:\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\data\\a.txt"));
  given(component("c", include({"C:\\data\\* [*]"}) + exclude({"C:\\data\\* [*.txt]"})));
  EXPECT_FALSE(takes("C:\\data\\a.txt"));
}

TEST_P(Vectors, T19UnconditionalExcludeBeatsDrivePatterns) {
  given(component("c",
                  "<include><objectSet><script>MigXmlHelper.GenerateDrivePatterns(\"* [*.doc]\",\"Fixed\")"
                  "</script></objectSet></include>" +
                      rule("unconditionalExclude", {"C:\\Windows\\* [*]"})));
  EXPECT_TRUE(takes("C:\\a.doc"));
  EXPECT_TRUE(takes("C:\\Users\\x\\a.doc"));
  EXPECT_FALSE(takes("C:\\Users\\x\\a.txt"));
  EXPECT_FALSE(takes("C:\\Windows\\a.doc"));
  EXPECT_FALSE(takes("C:\\Windows\\Sub\\a.doc"));
}

TEST_P(Vectors, UnconditionalExcludeBeatsOtherComponentsAndFiles) {
  given(component("one", include({"C:\\A\\ [b.txt]"})) + component("two", rule("unconditionalExclude", {"C:\\* [*]"})));
  EXPECT_FALSE(takes("C:\\A\\b.txt"));
}

TEST(RegistryVectors, T14ToT17) {
  RuleTest test(MachineFlavour::windows);
  std::string key = "HKLM\\Software\\K";
  auto given = [&](const std::string& inner) { test.compile(migration(inner)); };
  auto with = [&](std::string_view element, const std::string& pattern) {
    return rule(element, {pattern}, "Registry");
  };
  auto takes = [&](std::string_view value) { return test.takes("HKLM/Software/K/" + std::string(value)); };

  given(component("T14", with("include", key + "\\* [*]") + with("exclude", key + " [V]")));
  EXPECT_FALSE(takes("V"));
  EXPECT_TRUE(takes("W"));
  given(component("T15", with("include", key + " [V]") + with("exclude", key + "\\* [*]")));
  EXPECT_TRUE(takes("V"));
  EXPECT_FALSE(takes("W"));
  given(component("T16", with("include", key + " [V]") + with("exclude", key + " [V]")));
  EXPECT_FALSE(takes("V"));
  given(component("T17a", with("include", key + " [V]") + with("exclude", key + "\\* [*]")) +
        component("T17b", with("include", key + "\\* [*]") + with("exclude", key + " [V]")));
  EXPECT_TRUE(takes("V"));
  EXPECT_TRUE(takes("W"));
}

}  // namespace
}  // namespace rehome::rules
