// SPDX-License-Identifier: Apache-2.0
// What the elements mean: contexts, names, variables, detection, conditions, filters, scripts, patterns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/rules/rule_test.h"

namespace rehome::rules {
namespace {

class LinuxRules : public ::testing::Test {
 protected:
  LinuxRules() : test_(MachineFlavour::linux) {
    test_.add_account("ann", 1000);
    test_.add_account("bob", 1001);
  }
  /// A component with `inner` directly in its role.
  static std::string in_role(const std::string& inner, std::string_view attributes = "context=\"User\"") {
    return "<component type=\"Application\" " + std::string(attributes) +
           "><displayName>App</displayName><role role=\"Settings\">" + inner + "</role></component>";
  }
  static std::string condition(const std::string& call, std::string_view attributes = "") {
    return "<condition " + std::string(attributes) + ">MigXmlHelper." + call + "</condition>";
  }
  bool holds(const std::string& conditions) {
    test_.compile(migration(
        in_role("<rules><conditions>" + conditions + "</conditions>" + include({"/probe/* [*]"}) + "</rules>")));
    return test_.takes("/probe/x");
  }

  RuleTest test_;
};

// Contexts.

TEST_F(LinuxRules, UserRulesRunOncePerAccount) {
  test_.compile(migration(component("c", include({"%HOME%/Documents/* [*]"}), "User")));
  EXPECT_TRUE(test_.takes("/home/ann/Documents/a"));
  EXPECT_TRUE(test_.takes("/home/bob/Documents/a"));
  EXPECT_FALSE(test_.takes("/home/carl/Documents/a"));
  EXPECT_EQ(test_.compiled().components.size(), 2U);
  EXPECT_EQ(test_.diagnostics(), "");
}

TEST_F(LinuxRules, SystemRulesHaveNoHome) {
  test_.compile(migration(component("c", include({"%HOME%/* [*]", "/etc/app/* [*]"}), "System")));
  EXPECT_FALSE(test_.takes("/home/ann/a"));
  EXPECT_TRUE(test_.takes("/etc/app/a"));
  ASSERT_EQ(test_.compiled().components.size(), 1U);
  EXPECT_EQ(test_.compiled().components.front().account, "");
}

TEST_F(LinuxRules, BothContextsRunForAccountsAndTheSystem) {
  test_.compile(migration(component("c", include({"%HOME%/x/* [*]", "/etc/app/* [*]"}), "UserandSystem")));
  EXPECT_TRUE(test_.takes("/home/ann/x/a"));
  EXPECT_TRUE(test_.takes("/etc/app/a"));
  EXPECT_EQ(test_.compiled().components.size(), 3U);
  EXPECT_EQ(test_.diagnostics(), "");
}

TEST_F(LinuxRules, ComponentContextCapsInnerOnes) {
  test_.compile(migration(in_role("<rules context=\"UserAndSystem\">" + include({"%HOME%/both/* [*]"}) +
                                  "</rules><rules context=\"System\">" + include({"/etc/never/* [*]"}) + "</rules>")));
  EXPECT_TRUE(test_.takes("/home/ann/both/a"));
  EXPECT_FALSE(test_.takes("/etc/never/a"));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("these rules never run"));
}

TEST_F(LinuxRules, AComponentInAContainerIsCappedByIt) {
  std::string inner = component("Inner", include({"%HOME%/x/* [*]", "/etc/x/* [*]"}), "UserAndSystem");
  test_.compile(
      migration("<component type=\"Application\" context=\"User\"><displayName>Outer</displayName>"
                "<role role=\"Container\">" +
                inner + "</role></component>"));
  EXPECT_TRUE(test_.takes("/home/ann/x/a"));
  EXPECT_EQ(test_.compiled().components.size(), 4U);
}

// Components.

TEST_F(LinuxRules, AnotherComponentBringsBackWhatOneExcludes) {
  test_.compile(migration(component("home", include({"%HOME%/* [*]"}) + exclude({"%HOME%/.cache/* [*]"}), "User") +
                          component("app", include({"%HOME%/.cache/app/* [*]"}), "User")));
  EXPECT_FALSE(test_.takes("/home/ann/.cache/x"));
  EXPECT_TRUE(test_.takes("/home/ann/.cache/app/x"));
  EXPECT_TRUE(test_.opens("/home/ann/.cache"));
  EXPECT_FALSE(test_.opens("/home/ann/.cache/other"));
}

TEST_F(LinuxRules, ExcludesWithoutAnIncludeAreWarnedOf) {
  test_.compile(migration(component("c", exclude({"/a/* [*]"}))));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("excludes count within their component only"));
}

TEST_F(LinuxRules, ExtensionsMeanEveryFixedDrive) {
  test_.compile(
      migration("<component type=\"Application\"><displayName>Office</displayName><extensions>"
                "<extension>doc</extension><extension>.odt</extension></extensions></component>"));
  EXPECT_TRUE(test_.takes("/srv/x/a.doc"));
  EXPECT_TRUE(test_.takes("/a.odt"));
  EXPECT_FALSE(test_.takes("/a.txt"));
}

// Names.

TEST_F(LinuxRules, NamedElementsAreReferredToByName) {
  test_.compile(
      migration("<namedElements><rules name=\"Shared\">" + include({"%DIR%/* [*]"}) + "</rules>" +
                "<environment name=\"Env\"><variable name=\"Dir\"><text>%HOME%/app</text></variable></environment>"
                "<detection name=\"There\"><conditions>" +
                condition("DoesObjectExist(\"File\",\"%DIR%\")") + "</conditions></detection></namedElements>" +
                in_role("<environment name=\"env\"/><detection name=\"THERE\"/><rules name=\"shared\"/>")));
  EXPECT_FALSE(test_.takes("/home/ann/app/a"));
  test_.machine().add_folder("/home/ann/app");
  test_.compile(
      migration("<namedElements><rules name=\"Shared\">" + include({"%DIR%/* [*]"}) + "</rules>" +
                "<environment name=\"Env\"><variable name=\"Dir\"><text>%HOME%/app</text></variable></environment>"
                "<detection name=\"There\"><conditions>" +
                condition("DoesObjectExist(\"File\",\"%DIR%\")") + "</conditions></detection></namedElements>" +
                in_role("<environment name=\"env\"/><detection name=\"THERE\"/><rules name=\"shared\"/>")));
  EXPECT_TRUE(test_.takes("/home/ann/app/a"));
  EXPECT_FALSE(test_.takes("/home/bob/app/a"));
  EXPECT_EQ(test_.diagnostics(), "");
}

TEST_F(LinuxRules, FilesLendEachOtherNamedElements) {
  std::string names = "<migration urlid=\"a\"><namedElements><rules name=\"Shared\">" + include({"/x/* [*]"}) +
                      "</rules></namedElements></migration>";
  std::string user = "<migration urlid=\"b\">" + in_role("<rules name=\"Shared\"/>") + "</migration>";
  test_.compile(std::vector<RuleFile>{{"a.xml", names}, {"b.xml", user}});
  EXPECT_TRUE(test_.takes("/x/a"));
  EXPECT_EQ(test_.diagnostics(), "");
}

TEST_F(LinuxRules, AReferenceIgnoresItsOwnChildren) {
  test_.compile(migration("<namedElements><rules name=\"S\">" + include({"/x/* [*]"}) + "</rules></namedElements>" +
                          in_role("<rules name=\"S\">" + include({"/y/* [*]"}) + "</rules>")));
  EXPECT_TRUE(test_.takes("/x/a"));
  EXPECT_FALSE(test_.takes("/y/a"));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("what stands in it here is ignored"));
}

// Variables.

TEST_F(LinuxRules, VariablesMayHoldAnyPartOfAPattern) {
  test_.compile(
      migration(in_role("<environment><variable name=\"A\"><text>%HOME%/a</text></variable>"
                        "<variable name=\"B\"><text>%A%/b/* [*.txt]</text></variable></environment><rules>" +
                        include({"%b%"}) + "</rules>")));
  EXPECT_TRUE(test_.takes("/home/ann/a/b/c/x.txt"));
  EXPECT_FALSE(test_.takes("/home/ann/a/b/c/x.doc"));
}

TEST_F(LinuxRules, WhatTheMachineSaysIsNeverReadAsAPattern) {
  test_.machine().environment().set_variable("APP", "", "/srv/a[1]*");
  test_.compile(migration(component("c", include({"%APP%/ [*]"}))));
  EXPECT_TRUE(test_.takes("/srv/a[1]*/x"));
  EXPECT_FALSE(test_.takes("/srv/a[1]b/x"));
}

TEST_F(LinuxRules, VariablesStayInTheirComponent) {
  test_.compile(
      migration(in_role("<environment><variable name=\"MINE\"><text>/a</text></variable></environment><rules>" +
                        include({"%MINE%/ [*]"}) + "</rules>") +
                component("other", include({"%MINE%/b/ [*]"}))));
  EXPECT_TRUE(test_.takes("/a/x"));
  EXPECT_FALSE(test_.takes("/a/b/x"));
  EXPECT_THAT(test_.diagnostics(), testing::HasSubstr("unknown variable %MINE%"));
}

TEST_F(LinuxRules, EnvironmentsHaveConditionsAndContexts) {
  test_.compile(migration(in_role(
      "<environment><conditions>" + condition("DoesObjectExist(\"File\",\"/nothing\")") +
      "</conditions><variable name=\"V\"><text>/wrong</text></variable></environment>"
      "<environment><conditions>" +
      condition("DoesObjectExist(\"File\",\"/nothing\")", "negation=\"Yes\"") +
      "</conditions><variable name=\"V\"><text>/right</text></variable></environment>"
      "<environment context=\"System\"><variable name=\"W\"><text>/system</text></variable></environment><rules>" +
      include({"%V%/ [*]", "%W%/ [*]"}) + "</rules>")));
  EXPECT_TRUE(test_.takes("/right/x"));
  EXPECT_FALSE(test_.takes("/wrong/x"));
  EXPECT_FALSE(test_.takes("/system/x"));
  EXPECT_EQ(test_.diagnostics(), "");
}

TEST_F(LinuxRules, AVariableTakesTheFirstObjectOfItsSet) {
  test_.machine().add_folder("/opt/app-7.2/data");
  test_.compile(
      migration(in_role("<environment><variable name=\"DIR\"><objectSet><pattern type=\"File\">/opt/none"
                        "</pattern><pattern type=\"File\">/opt/app-*/data</pattern></objectSet></variable>"
                        "</environment><rules>" +
                        include({"%DIR%/* [*]"}) + "</rules>")));
  EXPECT_TRUE(test_.takes("/opt/app-7.2/data/x"));
}

TEST_F(LinuxRules, APatternWithAnUnknownVariableNeverMatchesLiterally) {
  test_.compile(migration(component("c", include({"/%NOSUCH%/ [*]"}))));
  EXPECT_FALSE(test_.takes("/%NOSUCH%/x"));
  test_.compile(migration(component("c", include({"/100%/ [*]", "/^%HOME^%/ [*]"}))));
  EXPECT_TRUE(test_.takes("/100%/x"));
  EXPECT_TRUE(test_.takes("/%HOME%/x"));
}

// Detection and conditions.

TEST_F(LinuxRules, DetectionIsPerAccount) {
  test_.machine().add_file("/home/ann/.apprc", "");
  std::string detection = "<detection><conditions>" + condition("DoesObjectExist(\"File\",\"%HOME% [.apprc]\")") +
                          "</conditions></detection>";
  std::string xml = migration(in_role(detection + "<rules>" + include({"%HOME%/app/* [*]"}) + "</rules>"));
  test_.compile(xml);
  EXPECT_TRUE(test_.takes("/home/ann/app/x"));
  EXPECT_FALSE(test_.takes("/home/bob/app/x"));
  ASSERT_EQ(test_.compiled().components.size(), 2U);
  EXPECT_TRUE(test_.compiled().components[0].detected);
  EXPECT_FALSE(test_.compiled().components[1].detected);
  // When a store is applied every component counts as detected.
  test_.compile(xml, Side::restore);
  EXPECT_TRUE(test_.takes("/home/bob/app/x"));
}

TEST_F(LinuxRules, WhatAnAccountUsesIsThereForTheSystem) {
  test_.machine().add_file("/home/ann/.apprc", "");
  test_.compile(
      migration(in_role("<detection><conditions>" + condition("DoesObjectExist(\"File\",\"%HOME% [.apprc]\")") +
                            "</conditions></detection><rules>" + include({"/etc/app/* [*]"}) + "</rules>",
                        "context=\"UserAndSystem\"")));
  EXPECT_TRUE(test_.takes("/etc/app/x"));
}

TEST_F(LinuxRules, SeveralDetectionsAreAlternatives) {
  auto detects = [](const std::string& inner) { return "<detects>" + inner + "</detects>"; };
  auto detect = [](const std::string& inner) { return "<detect>" + inner + "</detect>"; };
  std::string yes = condition("DoesObjectExist(\"File\",\"/etc\")");
  std::string no = condition("DoesObjectExist(\"File\",\"/none\")");
  auto found = [&](const std::string& detection) {
    test_.compile(migration(in_role(detection + "<rules>" + include({"/x/* [*]"}) + "</rules>")));
    return test_.takes("/x/a");
  };
  EXPECT_TRUE(found(detects(detect(no)) + detects(detect(yes))));
  EXPECT_FALSE(found(detects(detect(yes) + detect(no))));
  EXPECT_TRUE(found(detects(detect(no + yes))));
  EXPECT_TRUE(found(detects(detect("<objectSet><pattern type=\"File\">/et*</pattern></objectSet>"))));
  EXPECT_TRUE(found("<detection><conditions>" + no + "</conditions></detection><detection><conditions>" + yes +
                    "</conditions></detection>"));
  EXPECT_FALSE(found(detects(detect(no))));
}

TEST_F(LinuxRules, ConditionsJoinByAndUnlessTold) {
  std::string yes = condition("IsNative64Bit()");
  std::string no = condition("IsNative64Bit()", "negation=\"Yes\"");
  EXPECT_TRUE(holds(yes));
  EXPECT_FALSE(holds(no));
  EXPECT_FALSE(holds(yes + no));
  EXPECT_TRUE(holds("<conditions operation=\"or\">" + yes + no + "</conditions>"));
  EXPECT_FALSE(holds(yes + "<conditions operation=\"OR\">" + no + no + "</conditions>"));
}

TEST_F(LinuxRules, ConditionsOnTheOperatingSystem) {
  EXPECT_FALSE(holds(condition("DoesOSMatch(\"NT\",\"*\")")));
  EXPECT_FALSE(holds(condition("IsOSEarlierThan(\"NT\",\"99\")")));
  EXPECT_TRUE(holds(condition("DoesOSMatch(\"Linux\",\"*\")")));
  EXPECT_TRUE(holds(condition("DoesOSMatch(\"debian\",\"12\")")));
  EXPECT_TRUE(holds(condition("IsOSLaterThan(\"debian\",\"11\")")));
  EXPECT_FALSE(holds(condition("IsOSLaterThan(\"9x\",\"1\")")));
  EXPECT_FALSE(holds(condition("IsSystemContext()")));
}

TEST_F(LinuxRules, ConditionsOnFiles) {
  test_.machine().add_file("/data/one/two/file.txt", "x");
  test_.machine().add_symlink("/data/link", "/data/one");
  auto exists = [&](const std::string& pattern) {
    return holds(condition("DoesObjectExist(\"File\",\"" + pattern + "\")"));
  };
  EXPECT_TRUE(exists("/data/one"));
  EXPECT_TRUE(exists("/data/one/two [file.txt]"));
  EXPECT_TRUE(exists("/data/link/two [file.txt]"));
  EXPECT_TRUE(exists("/data/* [*.txt]"));
  EXPECT_TRUE(exists("/data/*/two"));
  EXPECT_TRUE(exists("/data/o*/t* [f*]"));
  EXPECT_TRUE(exists("/data/one/two/file.txt"));
  EXPECT_FALSE(exists("/data/one [two]"));
  EXPECT_FALSE(exists("/data/one [file.txt]"));
  EXPECT_FALSE(exists("/data/* [*.doc]"));
  EXPECT_FALSE(exists("C:\\Windows"));
  EXPECT_TRUE(holds(condition("IsSameObject(\"File\",\"/data/link\",\"/data/one\")")));
  EXPECT_FALSE(holds(condition("IsSameObject(\"File\",\"/data\",\"/data/one\")")));
  test_.machine().add_file("/data/app.ini", "[Main]\nColour=Blue\n");
  EXPECT_TRUE(holds(condition("DoesStringContentEqual(\"Ini\",\"/data/app.ini|Main[Colour]\",\"Blue\")")));
  EXPECT_TRUE(holds(condition("DoesStringContentContain(\"Ini\",\"/data/app.ini|Main[Colour]\",\"lu\")")));
  EXPECT_FALSE(holds(condition("DoesStringContentEqual(\"Ini\",\"/data/app.ini|Main[Size]\",\"Blue\")")));
}

TEST_F(LinuxRules, ASearchForAConditionDoesNotLeaveLocalVolumes) {
  test_.machine().add_folder("/data/net");
  test_.machine().files().mount("/data/net", {.volume_class = VolumeClass::network, .type = "nfs4"});
  test_.machine().add_file("/data/net/deep/file.txt", "x");
  EXPECT_FALSE(holds(condition("DoesObjectExist(\"File\",\"/data/* [*.txt]\")")));
}

TEST_F(LinuxRules, ConditionsOfAnObjectSetAreAlternatives) {
  auto set = [&](const std::string& conditions) {
    test_.compile(migration(in_role("<rules><include><objectSet>" + conditions +
                                    "<pattern type=\"File\">/x/* [*]</pattern></objectSet></include></rules>")));
    return test_.takes("/x/a");
  };
  std::string yes = condition("IsNative64Bit()");
  std::string no = condition("IsNative64Bit()", "negation=\"Yes\"");
  EXPECT_TRUE(set(no + yes));
  EXPECT_FALSE(set(no));
}

TEST(WindowsConditions, AskRegistryAndSystem) {
  RuleTest test(MachineFlavour::windows);
  Account ann = test.add_account("ann", 1000);
  test.machine().registry()->set_text("HKLM/Software/App", "Dir", "C:\\Program Files\\App\\");
  test.machine().registry()->set_text("HKCU/Software/App", "Mode", "fast", ann.name);
  auto holds = [&](const std::string& call) {
    test.compile(
        migration("<component type=\"Application\" context=\"User\"><displayName>A</displayName>"
                  "<role role=\"Settings\"><rules><conditions><condition>MigXMLHelper." +
                  call + "</condition></conditions>" + include({"C:\\p\\* [*]"}) + "</rules></role></component>"));
    return test.takes("C:/p/x");
  };
  EXPECT_TRUE(holds("DoesObjectExist(\"Registry\",\"HKLM\\Software\\App [Dir]\")"));
  EXPECT_TRUE(holds("DoesObjectExist(\"Registry\",\"HKLM\\Software\\App\")"));
  EXPECT_TRUE(holds("DoesObjectExist(\"Registry\",\"HKLM\\*\\App [D*]\")"));
  EXPECT_TRUE(holds("DoesObjectExist(\"Registry\",\"HKCU\\Software\\App [Mode]\")"));
  EXPECT_FALSE(holds("DoesObjectExist(\"Registry\",\"HKLM\\Software\\App [Mode]\")"));
  EXPECT_TRUE(holds("DoesStringContentEqual(\"Registry\",\"HKCU\\Software\\App [Mode]\",\"fast\")"));
  EXPECT_TRUE(holds("DoesOSMatch(\"NT\",\"10.*\")"));
  EXPECT_TRUE(holds("IsOSLaterThan(\"NT\",\"6.1\")"));
  EXPECT_FALSE(holds("IsOSEarlierThan(\"NT\",\"10.0\")"));
  EXPECT_FALSE(holds("DoesFileVersionMatch(\"C:\\none.exe\",\"ProductVersion\",\"8.*\")"));
}

TEST(WindowsConditions, VariablesComeFromTheRegistry) {
  RuleTest test(MachineFlavour::windows);
  test.machine().registry()->set_text("HKLM/Software/App", "Dir", "C:\\Program Files\\App [1]\\");
  test.compile(
      migration("<component type=\"Application\" context=\"System\"><displayName>A</displayName>"
                "<environment><variable name=\"DIR\"><script>MigXmlHelper.GetStringContent(\"Registry\","
                "\"HKLM\\Software\\App\n   [Dir]\")</script></variable><variable name=\"NONE\"><script>"
                "MigXmlHelper.GetStringContent(\"Registry\",\"HKLM\\Software\\None [Dir]\")</script></variable>"
                "</environment><role role=\"Settings\"><rules>" +
                include({"%DIR%\\data\\* [*]", "%NONE%\\x\\* [*]"}) + "</rules></role></component>"));
  EXPECT_TRUE(test.takes("C:/Program Files/App [1]/data/x"));
  EXPECT_EQ(test.diagnostics(), "");
}

// Filters, scripts, merge.

TEST_F(LinuxRules, FiltersThatSayTheSameOfEveryObject) {
  auto filtered = [](std::string_view element, std::string_view filter, std::string_view pattern) {
    return rule(element, {pattern}, "File", "filter='MigXmlHelper." + std::string(filter) + "()'");
  };
  std::string xml = migration(component("c", include({"/x/* [*]"}) + filtered("include", "AnswerNo", "/a/* [*]") +
                                                 filtered("include", "NeverRestore", "/n/* [*]") +
                                                 filtered("include", "IgnoreIrrelevantLinks", "/l/* [*]") +
                                                 filtered("exclude", "AnswerNo", "/x/* [*.a]") +
                                                 filtered("exclude", "NeverRestore", "/x/* [*.n]")));
  test_.compile(xml);
  EXPECT_FALSE(test_.takes("/a/f"));
  EXPECT_TRUE(test_.takes("/n/f"));
  EXPECT_TRUE(test_.takes("/l/f"));
  EXPECT_TRUE(test_.takes("/x/f.a"));
  EXPECT_FALSE(test_.takes("/x/f.n"));
  test_.compile(xml, Side::restore);
  EXPECT_FALSE(test_.takes("/n/f"));
  EXPECT_TRUE(test_.takes("/x/f.n"));
}

TEST_F(LinuxRules, UserPatternsAreMadeForEveryAccount) {
  auto script = [](std::string_view current) {
    return "<include><objectSet><script>MigXmlHelper.GenerateUserPatterns('File','%HOME%/* [*.doc]','" +
           std::string(current) + "')</script></objectSet></include>";
  };
  test_.compile(migration(component("c", script("FALSE"))));
  EXPECT_TRUE(test_.takes("/home/ann/a.doc"));
  EXPECT_TRUE(test_.takes("/home/bob/a.doc"));
}

TEST_F(LinuxRules, MergeRulesDecideCollisions) {
  auto merge = [](std::string_view script, std::string_view pattern) {
    return rule("merge", {pattern}, "File", "script=\"MigXmlHelper." + std::string(script) + "()\"");
  };
  test_.compile(migration(component("c", include({"/data/* [*]"}) + merge("DestinationPriority", "/data/* [*]") +
                                             merge("SourcePriority", "/data/ [*]"))),
                Side::restore);
  EXPECT_EQ(test_.collision("/data/A"), CollisionPolicy::source_priority);
  EXPECT_EQ(test_.collision("/data/Folder/B"), CollisionPolicy::destination_priority);
  EXPECT_EQ(test_.collision("/elsewhere/B"), CollisionPolicy::rename_source);
}

// Patterns.

TEST_F(LinuxRules, ANodePatternDoesNotReachIntoFiles) {
  test_.compile(migration(component("c", include({"/w/*", "/one"}))));
  EXPECT_TRUE(test_.takes_folder("/w"));
  EXPECT_TRUE(test_.takes_folder("/w/sub/deep"));
  EXPECT_FALSE(test_.takes("/w/file"));
  EXPECT_TRUE(test_.takes_folder("/one"));
  EXPECT_FALSE(test_.takes_folder("/one/sub"));
  EXPECT_FALSE(test_.opens("/one"));
}

TEST_F(LinuxRules, StarsOfAPathMeanFolders) {
  test_.compile(migration(component("c", include({"/F/ [*.mp3]", "/G/* [S.doc]", "/*/P/* [*]", "/P/* [*]"}))));
  EXPECT_TRUE(test_.takes("/F/a.mp3"));
  EXPECT_FALSE(test_.takes("/F/sub/a.mp3"));
  EXPECT_FALSE(test_.takes_folder("/F"));
  EXPECT_TRUE(test_.takes("/G/S.doc"));
  EXPECT_TRUE(test_.takes("/G/a/b/S.doc"));
  EXPECT_TRUE(test_.takes("/P/x"));
  EXPECT_TRUE(test_.takes("/a/P/x"));
  EXPECT_TRUE(test_.takes("/a/b/P/c/x"));
  EXPECT_TRUE(test_.takes_folder("/a/b/P/c"));
  EXPECT_FALSE(test_.takes("/a/b/Q/x"));
}

TEST_F(LinuxRules, ExplainNamesTheRule) {
  test_.compile(migration("\n" + component("Home", include({"%HOME%/* [*]"}) + exclude({"%HOME%/tmp/* [*]"}), "User")));
  Explanation explanation = test_.plan().explain("/home/bob/tmp/x", false);
  EXPECT_FALSE(explanation.decision.included);
  const RuleInfo& info = test_.plan().rule(explanation.decision.rule);
  EXPECT_EQ(info.effect, RuleInfo::Effect::exclude);
  EXPECT_EQ(info.file, "t.xml");
  EXPECT_EQ(info.line, 3U);
  EXPECT_EQ(info.component, "Home");
  EXPECT_EQ(info.pattern, "%HOME%/tmp/* [*]");
  EXPECT_EQ(info.expanded, "/home/bob/tmp/* [*]");
  EXPECT_EQ(info.account, "bob");
  ASSERT_EQ(explanation.lines.size(), 2U);
  EXPECT_TRUE(explanation.lines[0].wins);
}

TEST(WindowsPatterns, SeveralInOneElementAreTakenApart) {
  RuleTest test(MachineFlavour::windows);
  test.compile(migration(component("c", include({"C:\\a\\* [*]\n      C:\\b\\* [*]"}))));
  EXPECT_TRUE(test.takes("C:/a/x"));
  EXPECT_TRUE(test.takes("C:/B/x"));
  EXPECT_THAT(test.diagnostics(), testing::HasSubstr("this element holds 2 patterns"));
}

}  // namespace
}  // namespace rehome::rules
