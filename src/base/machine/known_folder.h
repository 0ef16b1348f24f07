// SPDX-License-Identifier: Apache-2.0
#pragma once
// Folders that have a meaning on every computer, whatever they are called there. One table joins XDG user directories,
// CSIDL_* and FOLDERID_* names: it is what makes a restore find the destination's own Documents, and Windows -> Linux
// possible.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace rehome {

/// The numbers are written into catalogs: never renumber, never reuse.
enum class KnownFolder : std::uint8_t {
  none = 0,  // an absolute place that has no meaning elsewhere
  home = 1,  // USERPROFILE
  desktop = 2,
  documents = 3,
  downloads = 4,
  music = 5,
  pictures = 6,
  videos = 7,
  templates = 8,
  public_share = 9,
  config = 10,  // XDG_CONFIG_HOME; roaming APPDATA
  data = 11,    // XDG_DATA_HOME; LOCAL_APPDATA
  cache = 12,   // XDG_CACHE_HOME; INTERNET_CACHE
  state = 13,   // XDG_STATE_HOME
  favorites = 14,
  start_menu = 15,
  // System context.
  windows = 32,
  program_files = 33,
  program_data = 34,  // ALLUSERSPROFILE
  public_profile = 35,
  users = 36,  // PROFILESFOLDER; /home
};

struct KnownFolderNames {
  KnownFolder folder;
  std::string_view name;     // ours, lower case: "documents"
  std::string_view xdg_key;  // key in user-dirs.dirs or variable: "XDG_DOCUMENTS_DIR"; may be empty
  // Relative to home ("Documents", "AppData/Roaming"), for the system's to the root or system drive ("home", "Users").
  // Empty for home itself, and for what has no place there.
  std::string_view linux_default;
  std::string_view windows_default;
  std::span<const std::string_view> variables;  // rule variables that mean it: "CSIDL_PERSONAL", "FOLDERID_Documents"
  bool per_user;
};

/// All of them, home before what lies in it.
std::span<const KnownFolderNames> known_folders();
/// Null for none.
const KnownFolderNames* find_known_folder(KnownFolder folder);
/// By rule variable or XDG key, compared without case, without the percent signs.
std::optional<KnownFolder> known_folder_of_variable(std::string_view variable);

}  // namespace rehome
