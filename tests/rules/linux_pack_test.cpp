// SPDX-License-Identifier: Apache-2.0
// The rule pack that ships for Linux: everything of a home but its caches.
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <sstream>

#include "tests/rules/rule_test.h"
#include "tests/support/source_folder.h"

namespace rehome::rules {
namespace {

class LinuxPack : public ::testing::Test {
 protected:
  LinuxPack() : test_(MachineFlavour::linux) {
    test_.add_account("ann", 1000);
    test_.machine().add_file("/home/ann/.bashrc", "x");
    test_.machine().add_folder("/home/ann/.mozilla/firefox");
    test_.machine().add_folder("/home/ann/.config/chromium");
    test_.machine().environment().set_known_folder(KnownFolder::pictures, "ann", "/srv/photos/ann");
    test_.machine().add_folder("/srv/photos/ann");
    std::ifstream file(rehome::testing::source_folder() / "rules/linux.xml");
    std::stringstream content;
    content << file.rdbuf();
    text_ = content.str();
    test_.compile(std::vector{RuleFile{"linux.xml", text_}});
  }
  RuleTest test_;
  std::string text_;
};

TEST_F(LinuxPack, HasNothingToComplainAbout) { EXPECT_EQ(test_.diagnostics(), ""); }

TEST_F(LinuxPack, HasTheHomeAndTenApplications) {
  std::set<std::string> names;
  for (const auto& component : test_.compiled().components) names.insert(component.display_name);
  EXPECT_GE(names.size(), 11U);
  EXPECT_TRUE(names.contains("Home folder"));
  EXPECT_TRUE(names.contains("Firefox"));
}

TEST_F(LinuxPack, TakesEverythingSomebodyMade) {
  for (std::string_view path :
       {"/home/ann/letter.odt", "/home/ann/.bashrc", "/home/ann/Documents/cache/report.odt",
        "/home/ann/.mozilla/firefox/abc.default/places.sqlite", "/home/ann/.local/share/app/db",
        "/home/ann/.local/share/Trash/files/x", "/home/ann/.config/chromium/Default/Bookmarks",
        "/home/ann/.ssh/id_ed25519", "/home/ann/.thunderbird/x.default/Mail/Local Folders/cache2",
        "/home/ann/project/node_modules/a.js", "/srv/photos/ann/2024/a.jpg", "/home/ann/.var/app/org.x.Y/data/z",
        "/home/ann/Videos/.hidden/a b\nc"}) {
    EXPECT_TRUE(test_.takes(path)) << path;
  }
  EXPECT_TRUE(test_.takes_folder("/home/ann"));
  EXPECT_TRUE(test_.takes_folder("/home/ann/empty"));
}

TEST_F(LinuxPack, LeavesCachesAloneWhicheverComponentLooks) {
  for (std::string_view path :
       {"/home/ann/.cache/x", "/home/ann/.thumbnails/x", "/home/ann/.mozilla/firefox/abc.default/cache2/entries/x",
        "/home/ann/.config/chromium/Default/GPUCache/data_0", "/home/ann/.config/chromium/Default/Code Cache/js/x",
        "/home/ann/.var/app/org.x.Y/cache/z", "/home/ann/.npm/_cacache/x"}) {
    EXPECT_FALSE(test_.takes(path)) << path;
  }
  EXPECT_FALSE(test_.opens("/home/ann/.cache"));
  EXPECT_FALSE(test_.opens("/home/ann/.config/chromium/Default/GPUCache"));
}

TEST_F(LinuxPack, LeavesTheRestOfTheComputerAlone) {
  EXPECT_FALSE(test_.opens("/etc"));
  EXPECT_FALSE(test_.opens("/home/bob"));
  EXPECT_FALSE(test_.opens("/srv/photos/bob"));
  EXPECT_TRUE(test_.opens("/home"));
}

TEST_F(LinuxPack, SettingsReplaceWhatTheNewComputerMadeAndDataDoesNot) {
  test_.compile(std::vector{RuleFile{"linux.xml", text_}}, Side::restore);
  EXPECT_EQ(test_.collision("/home/ann/.bashrc"), CollisionPolicy::source_priority);
  EXPECT_EQ(test_.collision("/home/ann/.mozilla/firefox/profiles.ini"), CollisionPolicy::source_priority);
  EXPECT_EQ(test_.collision("/home/ann/letter.odt"), CollisionPolicy::rename_source);
}

}  // namespace
}  // namespace rehome::rules
