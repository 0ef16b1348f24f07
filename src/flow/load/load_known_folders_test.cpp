// SPDX-License-Identifier: Apache-2.0
// Where documents and the like land, and that the restored settings say so.

#include <cerrno>
#include <gmock/gmock.h>

#include "flow/load/load.h"
#include "tests/flow/load_fixture.h"

namespace rehome::load {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

TEST_F(LoadTest, KnownFoldersFollowTheDestination) {
  machine_.add_account("ann", 1000);
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/home/ann/Dokumente");
  state_.add_file(kAnn, "a.odt", "x").location.anchor = KnownFolder::documents;
  state_.set_content(state_.objects().back().location, "x");
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a.odt"), "x");
}

TEST_F(LoadTest, AKnownFolderElsewhereIsUsedWhereItIsTheAccountsOwn) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/srv/ann");
  machine_.files().edit("/srv/ann", [](Metadata& m) { m.uid = 1000; });
  machine_.add_folder("/srv/shared");
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/srv/ann");
  machine_.environment().set_known_folder(KnownFolder::music, "ann", "/srv/shared");
  machine_.environment().set_known_folder(KnownFolder::videos, "ann", std::nullopt);
  for (const KnownFolder anchor : {KnownFolder::documents, KnownFolder::music, KnownFolder::videos}) {
    Object& object = state_.add_file(kAnn, "a", "x");
    object.location.anchor = anchor;
    state_.set_content(object.location, "x");
  }
  run();
  EXPECT_EQ(content("/srv/ann/a"), "x");
  EXPECT_FALSE(exists("/srv/shared/a"));
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/Videos/a"), "x");
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(1)) << findings_.text();
}

/// Captured settings that say where folders are, and a file "a" in each of some.
class UserDirsTest : public LoadTest {
 protected:
  Object& add_settings(const std::string& text) {
    Object& settings = state_.add_file(kAnn, "user-dirs.dirs", text);
    settings.location.anchor = KnownFolder::config;
    state_.set_content(settings.location, text);
    return settings;
  }
  void add_content(std::initializer_list<KnownFolder> anchors) {
    for (const KnownFolder anchor : anchors) {
      Object& object = state_.add_file(kAnn, "a", "x");
      object.location.anchor = anchor;
      state_.set_content(object.location, "x");
    }
  }
  std::string settings() { return content("/home/ann/.config/user-dirs.dirs"); }
};

TEST_F(UserDirsTest, ANewAccountsFoldersLieWhereItsSettingsSay) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"$HOME//./Dokumente/\"\nXDG_DESKTOP_DIR=\"/home/ann/Tisch\"\n";
  add_settings(text);
  add_content({KnownFolder::documents, KnownFolder::desktop});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x");
  EXPECT_EQ(content("/home/ann/Tisch/a"), "x");
  EXPECT_EQ(settings(), text);
  EXPECT_THAT(findings_.of(FindingKind::renamed), IsEmpty()) << findings_.text();
}

TEST_F(UserDirsTest, WhatLandsElsewhereIsWhereTheRestoredSettingsSay) {
  machine_.add_folder("/srv/roots");
  add_settings(
      "# mine\nXDG_MUSIC_DIR=\"$HOME/../bob\"\nXDG_VIDEOS_DIR=\"/srv/videos\"\nXDG_PICTURES_DIR=\"/srv/roots\"\n"
      "XDG_DOCUMENTS_DIR=\"/nas/ann\"\n");
  add_content({KnownFolder::music, KnownFolder::videos, KnownFolder::pictures});
  run();
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/Videos/a"), "x");
  EXPECT_EQ(content("/home/ann/Pictures/a"), "x");
  EXPECT_EQ(
      settings(),
      "# mine\nXDG_MUSIC_DIR=\"$HOME/Music\"\nXDG_VIDEOS_DIR=\"$HOME/Videos\"\nXDG_PICTURES_DIR=\"$HOME/Pictures\"\n"
      "XDG_DOCUMENTS_DIR=\"/nas/ann\"\n")
      << "nothing of the documents was captured, so nothing of them is elsewhere";
  const auto moved = findings_.of(FindingKind::renamed);
  ASSERT_THAT(moved, SizeIs(3)) << findings_.text();
  EXPECT_EQ(moved[2].path, "/home/ann/Videos");
  EXPECT_THAT(moved[2].message, HasSubstr("/srv/videos at the source"));

  const auto before = tree("/home");
  EXPECT_EQ(run().written, 0U) << findings_.text();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(UserDirsTest, AFolderElsewhereThatIsThereAndTheAccountsOwnIsFilledAgain) {
  machine_.add_folder("/data/ann/docs");
  give_to_ann("/data/ann/docs");
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/ann/docs\"\n";
  add_settings(text);
  add_content({KnownFolder::documents});
  options_.dry_run = true;
  EXPECT_THAT(run().known_folders.at("ann"), Contains(Pair("documents", "/data/ann/docs")));
  options_.dry_run = false;
  run();
  EXPECT_EQ(content("/data/ann/docs/a"), "x");
  EXPECT_FALSE(exists("/home/ann/Documents"));
  EXPECT_EQ(settings(), text);
}

TEST_F(UserDirsTest, ALinkInTheHomeToAFolderOfTheAccountsOwnIsUsed) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/srv/ann");
  give_to_ann("/srv/ann");
  machine_.add_symlink("/home/ann/Dokumente", "/srv/ann");
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/srv/ann/a"), "x") << findings_.text();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
}

TEST_F(UserDirsTest, SettingsThatCannotBeLookedAtDecide) {
  machine_.add_account("ann", 1000);
  machine_.add_folder("/home/ann/.config");
  give_to_ann("/home/ann/.config");
  machine_.failures().fail(Operation::inspect, "/home/ann/.config/user-dirs.dirs", EACCES);
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x") << findings_.text();
}

TEST_F(UserDirsTest, ALinkThatAUserSetIsNoWayToAFolderElsewhere) {
  machine_.add_folder("/srv/bob");
  machine_.files().edit("/srv/bob", [](Metadata& m) { m.uid = 1001; });
  machine_.add_folder("/srv/ann");
  give_to_ann("/srv/ann");
  machine_.add_symlink("/srv/bob/docs", "/srv/ann");
  add_settings("XDG_DOCUMENTS_DIR=\"/srv/bob/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_FALSE(exists("/srv/ann/a"));
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
}

TEST_F(UserDirsTest, TheDestinationsOwnSettingsDecideAndAreNoCollisionWithThoseThatFollow) {
  machine_.add_account("ann", 1000);
  const std::string here = "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n";
  machine_.add_file("/home/ann/.config/user-dirs.dirs", here);
  give_to_ann("/home/ann/.config");
  machine_.environment().set_known_folder(KnownFolder::documents, "ann", "/home/ann/Dokumente");
  add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x");
  EXPECT_EQ(settings(), here);
  EXPECT_FALSE(exists("/home/ann/.config/user-dirs(1).dirs"));
}

TEST_F(UserDirsTest, AFileOfALinkStoreIsNotChangedInTheStore) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  const Location location = add_settings(text).location;
  add_content({KnownFolder::documents});
  machine_.add_file("/home/.store/user-dirs.dirs", text);
  state_.set_linked([&](const Object& object) -> std::optional<testing::FakeState::Stored> {
    if (object.location != location) return std::nullopt;
    return testing::FakeState::Stored{machine_.files().open("/home/.store"), "user-dirs.dirs"};
  });
  run();
  EXPECT_EQ(content("/home/.store/user-dirs.dirs"), text);
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
  EXPECT_EQ(at("/home/ann/.config/user-dirs.dirs").link_count, 1U);
}

TEST_F(UserDirsTest, FurtherNamesOfTheSettingsStayNamesOfOneFile) {
  Object& settings_file = add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  settings_file.link_group = 1;
  settings_file.leads_link_group = true;
  state_.add(NodeKind::file, kAnn, "dotfiles").link_group = 1;
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/dotfiles"), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n") << findings_.text();
  EXPECT_EQ(at("/home/ann/dotfiles").inode, at("/home/ann/.config/user-dirs.dirs").inode);
}

TEST_F(UserDirsTest, TheSettingsFollowAFolderWhoseNameIsTakenByAFile) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/home/ann/Documents", "a note");
  give_to_ann("/home/ann/Documents");
  add_settings("XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n");
  add_content({KnownFolder::documents});
  const auto lands = Contains(Pair("documents", "/home/ann/Documents(1)"));
  options_.dry_run = true;
  EXPECT_THAT(run().known_folders.at("ann"), lands);
  const auto foreseen = findings_.of(FindingKind::renamed);
  options_.dry_run = false;
  findings_.clear();
  EXPECT_THAT(run().known_folders.at("ann"), lands);
  EXPECT_EQ(findings_.of(FindingKind::renamed), foreseen) << findings_.text();
  EXPECT_EQ(content("/home/ann/Documents(1)/a"), "x");
  EXPECT_EQ(content("/home/ann/Documents"), "a note");
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents(1)\"\n");

  const auto before = tree("/home");
  EXPECT_EQ(run().written, 0U) << findings_.text();
  EXPECT_EQ(tree("/home"), before);
}

TEST_F(UserDirsTest, SettingsThatCapturedLinksLeadToAreReadAndFollow) {
  // As dotfiles managers leave them: the whole folder is a link, and the file in it another.
  state_.add_file(kAnn, "git/dirs", "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\nXDG_MUSIC_DIR=\"/nas/music\"\n");
  state_.add_symlink(kAnn, "git/config/user-dirs.dirs", "../dirs");
  state_.add_symlink(kAnn, ".config", "/home/ann/git/./config");
  add_content({KnownFolder::documents, KnownFolder::music});
  run();
  EXPECT_EQ(content("/home/ann/Dokumente/a"), "x") << findings_.text();
  EXPECT_EQ(content("/home/ann/Music/a"), "x");
  EXPECT_EQ(content("/home/ann/git/dirs"), "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\nXDG_MUSIC_DIR=\"$HOME/Music\"\n");
  EXPECT_THAT(findings_.of(FindingKind::renamed), SizeIs(1)) << findings_.text();
}

TEST_F(UserDirsTest, SettingsThatAreAFurtherNameOfAFileAreReadAndFollow) {
  Object& leader = state_.add_file(kAnn, "dotfiles", "XDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  leader.link_group = 1;
  leader.leads_link_group = true;
  Object& member = state_.add(NodeKind::file, kAnn, "user-dirs.dirs");
  member.location.anchor = KnownFolder::config;
  member.link_group = 1;
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n") << findings_.text();
  EXPECT_EQ(at("/home/ann/dotfiles").inode, at("/home/ann/.config/user-dirs.dirs").inode);
}

TEST_F(UserDirsTest, SettingsWhoseLinksLeadElsewhereOrNowhereMoveNothing) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n";
  state_.add_file(kAnn, "dirs", text);
  Object& link = state_.add_symlink(kAnn, "user-dirs.dirs", "");
  link.location.anchor = KnownFolder::config;
  state_.add_symlink(kAnn, "loop", "loop");
  add_content({KnownFolder::documents});
  for (const char* target : {"/srv/ann/dirs", "../../../dirs", "x/../../dirs", "../nothing", "../loop", ""}) {
    state_.objects()[1].link_target = target;
    options_.dry_run = true;
    EXPECT_THAT(run().known_folders.at("ann"), Contains(Pair("documents", "/home/ann/Documents"))) << target;
  }
}

TEST_F(UserDirsTest, AFolderThatIsNotWhereTheSettingsOfThisComputerSayIsReported) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/home/ann/dotfiles/dirs",
                    "XDG_DOCUMENTS_DIR=\"/nas/ann\"\nXDG_MUSIC_DIR=\"$HOME/Music\"\nXDG_VIDEOS_DIR=\"/nas/videos\"\n");
  machine_.add_symlink("/home/ann/.config/user-dirs.dirs", "../dotfiles/dirs");
  add_content({KnownFolder::documents, KnownFolder::music});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  const auto strayed = findings_.of(FindingKind::renamed);
  ASSERT_THAT(strayed, SizeIs(1)) << findings_.text() << "Music is there, and nothing of Videos was captured";
  EXPECT_EQ(strayed[0].path, "/home/ann/Documents");
  EXPECT_THAT(strayed[0].message, HasSubstr("say /nas/ann"));
}

TEST_F(UserDirsTest, SettingsThatALinkOutOfTheHomeLeadsToAreNotRead) {
  machine_.add_account("ann", 1000);
  machine_.add_file("/root/dirs", "XDG_DOCUMENTS_DIR=\"/secret\"\n");
  machine_.add_symlink("/home/ann/.config/user-dirs.dirs", "/root/dirs");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_THAT(findings_.text(), Not(HasSubstr("secret")));
}

TEST_F(UserDirsTest, TwoFoldersInOnePlaceMoveTogether) {
  add_settings("XDG_DOCUMENTS_DIR=\"/data/x\"\nXDG_DOWNLOAD_DIR=\"/data/x\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\nXDG_DOWNLOAD_DIR=\"$HOME/Documents\"\n");
}

TEST_F(UserDirsTest, HolesOfTheSettingsAreZeros) {
  const std::string moved = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  const std::string rest = std::string(3000, '\0') + "\n# the end\n";
  Object& file = add_settings(moved + rest);
  file.size = moved.size() + rest.size();
  file.extents = {{0, moved.size()}, {moved.size() + 3000, 11}};
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(settings(), "XDG_DOCUMENTS_DIR=\"$HOME/Documents\"\n" + rest);
}

TEST_F(UserDirsTest, SettingsOfAnotherSizeThanIsSaidStayAsTheyAre) {
  const std::string text = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n";
  add_content({KnownFolder::documents});
  for (const std::size_t size : {text.size() - 5, text.size() + 5}) {
    state_.objects().erase(state_.objects().begin() + 1, state_.objects().end());
    add_settings(text).size = size;
    findings_.clear();
    run();
    EXPECT_FALSE(exists("/home/ann/.config/user-dirs.dirs"));
    EXPECT_THAT(findings_.of(FindingKind::damaged), SizeIs(1)) << findings_.text();
  }
}

TEST_F(UserDirsTest, SettingsThatGrewAfterTheCaptureStayAsTheyAre) {
  const Location location = add_settings("XDG_DOCUMENTS_DIR=\"/data/docs\"\n").location;
  add_content({KnownFolder::documents});
  const std::string grown = "XDG_DOCUMENTS_DIR=\"/data/docs\"\n" + std::string(70000, '#');
  state_.set_content(location, grown);
  state_.info().kind = StoreKind::hard_link;
  state_.change_content = [&](Object object) {
    if (object.location == location) object.size = grown.size();
    return object;
  };
  run();
  EXPECT_EQ(settings(), grown);
}

TEST_F(UserDirsTest, SettingsThatCannotBeReadMoveNothing) {
  add_settings(std::string(70000, '#') + "\nXDG_DOCUMENTS_DIR=\"/data/docs\"\n");
  add_content({KnownFolder::documents});
  run();
  EXPECT_EQ(content("/home/ann/Documents/a"), "x");
  EXPECT_THAT(settings(), HasSubstr("/data/docs"));
}

}  // namespace
}  // namespace rehome::load
