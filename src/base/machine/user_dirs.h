// SPDX-License-Identifier: Apache-2.0
#pragma once
// The user directories of xdg-user-dirs: where people keep documents, music and the like. In: the text of
// ~/.config/user-dirs.dirs, which its user may have written with any intent, or of /etc/xdg/user-dirs.defaults. Out:
// places, not yet looked at on the disk. Pure functions; any thread.

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "base/machine/known_folder.h"

namespace rehome {

/// The longest path that the system takes.
constexpr std::size_t kLongestUserDir = 4095;

/// A place below home ("Documents"), home itself (""), or an absolute one ("/data/ann/music"): '/' between components,
/// none of them empty, "." or "..", and no longer than kLongestUserDir.
using UserDirs = std::map<KnownFolder, std::string>;

/// Lines as `XDG_MUSIC_DIR="$HOME/Music"` or `="/absolute"`; the last one for a folder counts. Everything else in the
/// file is passed over, and so is a line with "..": no desktop writes it, and it could only mean another's files. So is
/// a longer place, which would have a restore make thousands of folders and no pattern of a rule has room for.
UserDirs parse_user_dirs(std::string_view text);

/// `text` with each line that says where `folder` is saying that it is at `place`, a value of UserDirs; everything else
/// byte for byte. Unchanged where no line can say it.
std::string with_user_dir(std::string_view text, KnownFolder folder, std::string_view place);

/// Lines as `MUSIC=Music`.
UserDirs parse_user_dirs_defaults(std::string_view text);

}  // namespace rehome
