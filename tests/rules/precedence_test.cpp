// SPDX-License-Identifier: Apache-2.0
// Which rule wins: the vectors T1..T19 of the reference and its rows X-P1..X-P13, in their Windows form and as their
// Linux counterparts. X-P5, X-P8 to X-P10 and X-P11 are about locationModify, Config.xml and attributes, which are not
// evaluated yet; X-P13 is the store's own folder, which the scan leaves out (scan_test.cpp). T14 to T17 are about the
// registry, which only Windows has.
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
  void given_files(const std::vector<std::string>& inners) {
    std::vector<RuleFile> files;
    for (const std::string& inner : inners) {
      const std::string name = "file" + std::to_string(files.size());
      files.push_back(
          {name + ".xml", native("<migration urlid=\"http://test/" + name + "\">" + inner + "</migration>")});
    }
    test_.compile(files);
  }
  bool takes(const std::string& file) const { return test_.takes(walked(file)); }
  CollisionPolicy collision(const std::string& file) const { return test_.collision(walked(file)); }

  /// As the walk hands it over, component by component.
  std::string walked(const std::string& file) const {
    std::string path = native(file);
    if (GetParam() == MachineFlavour::windows) std::ranges::replace(path, '\\', '/');
    return path;
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

TEST_P(Vectors, XP1FolderBeforeLeafAndThisFolderBeforeAllBelow) {
  given(component("c", include({"C:\\A\\B\\* [*]"}) + exclude({"C:\\A\\ [x.txt]", "C:\\A\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\A\\B\\x.txt"));
  given(component("c", include({"C:\\A\\ [*]"}) + exclude({"C:\\A\\* [x.txt]"})));
  EXPECT_TRUE(takes("C:\\A\\x.txt"));
}

TEST_P(Vectors, XP2LiteralBeatsExtensionBeatsAll) {
  given(component("c", include({"C:\\A\\* [keep.txt]", "C:\\A\\* [*]"}) + exclude({"C:\\A\\* [*.txt]"})));
  EXPECT_TRUE(takes("C:\\A\\keep.txt"));
  EXPECT_FALSE(takes("C:\\A\\other.txt"));
  EXPECT_TRUE(takes("C:\\A\\other.doc"));
  given(component("c", include({"C:\\A\\* [*.txt]"}) + exclude({"C:\\A\\* [drop.txt]", "C:\\A\\* [*]"})));
  EXPECT_FALSE(takes("C:\\A\\drop.txt"));
  EXPECT_TRUE(takes("C:\\A\\other.txt"));
  EXPECT_FALSE(takes("C:\\A\\other.doc"));
}

TEST_P(Vectors, XP3EquallySpecificExcludeWinsWhicheverComesFirst) {
  given(component("c", exclude({"C:\\A\\ [x]"}) + include({"C:\\A\\ [x]"})));
  EXPECT_FALSE(takes("C:\\A\\x"));
}

TEST_P(Vectors, XP4ComponentsOfTwoFilesDoNotAffectEachOther) {
  given_files({component("one", include({"C:\\A\\* [*]"})),
               component("two", include({"C:\\B\\* [*]"}) + exclude({"C:\\A\\* [*.txt]"}))});
  EXPECT_TRUE(takes("C:\\A\\x.txt"));
}

TEST_P(Vectors, XP6UnconditionalExcludeBeatsEveryComponentOfEveryFile) {
  const std::string taken = component("one", include({"C:\\A\\ [b.txt]"}));
  const std::string excludes = component("two", rule("unconditionalExclude", {"C:\\* [*]"}));
  given(taken + excludes);
  EXPECT_FALSE(takes("C:\\A\\b.txt"));
  given_files({taken, excludes});
  EXPECT_FALSE(takes("C:\\A\\b.txt"));
  given_files({excludes, taken});
  EXPECT_FALSE(takes("C:\\A\\b.txt"));
}

TEST_P(Vectors, XP7ExcludeInAComponentThatIncludesNothingIsNotProcessed) {
  given(component("one", exclude({"C:\\A\\ [x]", "C:\\* [*]"})) + component("two", include({"C:\\A\\* [*]"})));
  EXPECT_TRUE(takes("C:\\A\\x"));
}

TEST_P(Vectors, XP12TheMostSpecificMergePatternDecides) {
  auto merge = [](const std::string& helper, const std::string& pattern) {
    return rule("merge", {pattern}, "File", "script=\"MigXmlHelper." + helper + "()\"");
  };
  given(component("c", include({"C:\\A\\* [*]"}) + merge("DestinationPriority", "C:\\A\\* [*]") +
                           merge("SourcePriority", "C:\\A\\B\\ [x.txt]")));
  EXPECT_EQ(collision("C:\\A\\B\\x.txt"), CollisionPolicy::source_priority);
  EXPECT_EQ(collision("C:\\A\\x.txt"), CollisionPolicy::destination_priority);
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
