// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/user_dirs.h"

#include <gtest/gtest.h>

namespace rehome::load {
namespace {

using Folders = std::map<KnownFolder, std::string>;

TEST(ReadUserDirs, ReadsFoldersInTheHome) {
  EXPECT_EQ(
      read_user_dirs("# comment\nXDG_DESKTOP_DIR=\"$HOME/Schreibtisch\"\n  XDG_MUSIC_DIR = \"$HOME/a\\\"b/c/\"\r\n"
                     "XDG_VIDEOS_DIR=\"$HOME\"\nXDG_PICTURES_DIR=\"$HOME/\""),
      (Folders{{KnownFolder::desktop, "Schreibtisch"},
               {KnownFolder::music, "a\"b/c"},
               {KnownFolder::videos, ""},
               {KnownFolder::pictures, ""}}));
}

TEST(ReadUserDirs, LeavesOutWhatIsNone) {
  EXPECT_EQ(
      read_user_dirs("XDG_DESKTOP_DIR=\"/etc\"\nXDG_MUSIC_DIR=\"$HOME/../bob\"\nXDG_VIDEOS_DIR=\"$HOMER/x\"\n"
                     "XDG_PICTURES_DIR=$HOME/x\nHOME=\"$HOME/x\"\nPROFILESFOLDER=\"$HOME/x\"\nXDG_DOCUMENTS_DIR=\n"
                     "XDG_DOCUMENTS_DIR=\"\nXDG_NONSENSE=\"$HOME/x\"\n\n="),
      Folders());
}

}  // namespace
}  // namespace rehome::load
