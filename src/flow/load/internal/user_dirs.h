// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where an account's own settings put its known folders. A new account has no user-dirs.dirs yet, but is about to get
// the source's: its documents must land where that file, once restored, will say they are. Pure.

#include <map>
#include <string>
#include <string_view>

#include "base/machine/known_folder.h"
#include "model/location.h"

namespace rehome::load {

/// The file in which an account's settings say where its known folders are.
bool is_user_dirs_file(const Location& location);
constexpr std::size_t kLargestUserDirsFile = 65536;

/// Known folders as paths beneath the home (empty: the home itself) from the text of a user-dirs.dirs. Lines that do
/// not name a folder in the home, by plain components, are left out.
std::map<KnownFolder, std::string> read_user_dirs(std::string_view text);

}  // namespace rehome::load
