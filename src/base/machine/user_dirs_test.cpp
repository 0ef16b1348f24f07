// SPDX-License-Identifier: Apache-2.0
#include "base/machine/user_dirs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/machine/shell_text.h"

namespace rehome {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(UserDirs, ReadsBothForms) {
  EXPECT_THAT(parse_user_dirs("# made by xdg-user-dirs-update\n"
                              "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n"
                              "  XDG_MUSIC_DIR = \"/data/ann/Musik\" # big\n"
                              "XDG_DESKTOP_DIR=\"$HOME/\"\nXDG_VIDEOS_DIR=\"$HOME\"\n"),
              ElementsAre(Pair(KnownFolder::desktop, ""), Pair(KnownFolder::documents, "Dokumente"),
                          Pair(KnownFolder::music, "/data/ann/Musik"), Pair(KnownFolder::videos, "")));
}

TEST(UserDirs, TheLastLineCountsAndBackslashesQuote) {
  EXPECT_THAT(parse_user_dirs("XDG_MUSIC_DIR=\"$HOME/a\"\nXDG_MUSIC_DIR=\"$HOME/b \\\"c\\\" \\$d\"\n"),
              ElementsAre(Pair(KnownFolder::music, "b \"c\" $d")));
}

TEST(UserDirs, TidiesPaths) {
  EXPECT_THAT(parse_user_dirs("XDG_MUSIC_DIR=\"$HOME//a/./b/\"\nXDG_VIDEOS_DIR=\"//data//v/.\""),
              ElementsAre(Pair(KnownFolder::music, "a/b"), Pair(KnownFolder::videos, "/data/v")));
}

TEST(UserDirs, PassesOverEverythingElse) {
  for (const std::string_view line :
       {"XDG_MUSIC_DIR=\"$HOME/../ben/secret\"", "XDG_MUSIC_DIR=\"/home/ann/../../etc\"", "XDG_MUSIC_DIR=\"/..\"",
        "XDG_MUSIC_DIR=\"/\"", "XDG_MUSIC_DIR=\"Music\"", "XDG_MUSIC_DIR=$HOME/Music", "XDG_MUSIC_DIR='$HOME/Music'",
        "XDG_MUSIC_DIR=\"$HOMEPAGE/Music\"", "XDG_MUSIC_DIR=\"\\$HOME/Music\"", "XDG_MUSIC_DIR=\"$HOME/Music",
        "XDG_MUSIC_DIR=\"$(id)\"", "XDG_MUSIC_DIR=", "XDG_MUSIC_DIR", "#XDG_MUSIC_DIR=\"$HOME/Music\"",
        "XDG_CONFIG_HOME=\"/etc\"", "HOME=\"/etc\"", "XDG_OTHER_DIR=\"$HOME/x\"", "=\"/etc\""}) {
    EXPECT_THAT(parse_user_dirs(line), IsEmpty()) << line;
  }
  EXPECT_THAT(parse_user_dirs(std::string_view("XDG_MUSIC_DIR=\"/a\0b\"", 20)), IsEmpty());
}

TEST(UserDirs, PassesOverWhatNoPathIsAsLongAs) {
  const std::string longest = "/" + std::string(kLongestUserDir - 1, 'a');
  EXPECT_THAT(parse_user_dirs("XDG_MUSIC_DIR=\"" + longest + "\""), ElementsAre(Pair(KnownFolder::music, longest)));
  EXPECT_THAT(parse_user_dirs("XDG_MUSIC_DIR=\"" + longest + "a\""), IsEmpty());
  std::string deep = "XDG_MUSIC_DIR=\"$HOME/";
  for (int i = 0; i < 20'000; ++i) deep += "a/";
  EXPECT_THAT(parse_user_dirs(deep + '"'), IsEmpty());
  EXPECT_THAT(parse_user_dirs_defaults("MUSIC=" + longest + "a"), IsEmpty());
}

TEST(UserDirs, ReadsTheDefaultsOfTheComputer) {
  EXPECT_THAT(parse_user_dirs_defaults("# comment\nDOWNLOAD=Downloads\nPUBLICSHARE=Public\nMUSIC=Documents/Music\n"
                                       "VIDEOS=../x\nHOME=x\nDESKTOP=\n"),
              ElementsAre(Pair(KnownFolder::desktop, ""), Pair(KnownFolder::downloads, "Downloads"),
                          Pair(KnownFolder::music, "Documents/Music"), Pair(KnownFolder::public_share, "Public")));
}

TEST(UserDirs, AFolderMovesAndEverythingElseStays) {
  EXPECT_EQ(with_user_dir("# XDG_MUSIC_DIR=\"/x\"\r\nXDG_MUSIC_DIR=\"/data/m\" # big\nXDG_DESKTOP_DIR=\"$HOME/\"\n\n"
                          "XDG_MUSIC_DIR=$HOME/../bob",
                          KnownFolder::music, "Music"),
            "# XDG_MUSIC_DIR=\"/x\"\r\nXDG_MUSIC_DIR=\"$HOME/Music\"\nXDG_DESKTOP_DIR=\"$HOME/\"\n\n"
            "XDG_MUSIC_DIR=\"$HOME/Music\"");
  EXPECT_EQ(with_user_dir("", KnownFolder::music, "Music"), "");
  EXPECT_EQ(with_user_dir("XDG_MUSIC_DIR=\"/m\"\n", KnownFolder::music, "a\nb"), "XDG_MUSIC_DIR=\"/m\"\n");
}

TEST(UserDirs, WhatIsWrittenIsReadBack) {
  for (const char* place : {"", "Music", "a b/c", "/srv/ann", "say \"$HOME\" `x` \\ #", "/d/$x\\"}) {
    const std::string text = with_user_dir("XDG_MUSIC_DIR=", KnownFolder::music, place);
    EXPECT_THAT(parse_user_dirs(text), ElementsAre(Pair(KnownFolder::music, place))) << text;
  }
}

TEST(UserDirs, NoTextLeadsOut) {
  rc::check([](const std::string& inside) {
    for (const auto& [folder, place] : parse_user_dirs("XDG_MUSIC_DIR=\"$HOME/" + inside + "\"")) {
      for (const std::string bad : {"/../", "//", "/./"}) {
        RC_ASSERT(("/" + place + "/").find(bad) == std::string::npos || place.empty());
      }
    }
  });
}

TEST(ShellText, UnquotesAsOsReleaseIsWritten) {
  EXPECT_EQ(unquote("\"Debian GNU/Linux 12 (bookworm)\""), "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(unquote("debian # comment"), "debian");
  EXPECT_EQ(unquote("'a\\b'"), "a\\b");
  EXPECT_EQ(unquote("\"a\\\"b\\\\\" tail"), "a\"b\\");
  EXPECT_EQ(unquote(""), "");
  EXPECT_EQ(unquote("\"open"), std::nullopt);
  EXPECT_EQ(unquote("\"open\\"), std::nullopt);
}

}  // namespace
}  // namespace rehome
