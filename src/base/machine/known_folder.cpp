// SPDX-License-Identifier: Apache-2.0
#include "base/machine/known_folder.h"

#include <algorithm>
#include <array>

namespace rehome {

namespace {

// Rule variables by folder: those of migration XML files, their FOLDERID_ names, and the plain environment variables.
// Variables of places that Linux has no counterpart for (CSIDL_SENDTO, CSIDL_FONTS, ...) are the business of a Windows
// machine's environment: only what can be found on another computer is an anchor.
constexpr std::array<std::string_view, 4> kHome = {"USERPROFILE", "CSIDL_PROFILE", "HOMEPATH", "FOLDERID_Profile"};
constexpr std::array<std::string_view, 3> kDesktop = {"CSIDL_DESKTOP", "CSIDL_DESKTOPDIRECTORY", "FOLDERID_Desktop"};
constexpr std::array<std::string_view, 3> kDocuments = {"CSIDL_PERSONAL", "CSIDL_MYDOCUMENTS", "FOLDERID_Documents"};
constexpr std::array<std::string_view, 1> kDownloads = {"FOLDERID_Downloads"};
constexpr std::array<std::string_view, 2> kMusic = {"CSIDL_MYMUSIC", "FOLDERID_Music"};
constexpr std::array<std::string_view, 2> kPictures = {"CSIDL_MYPICTURES", "FOLDERID_Pictures"};
constexpr std::array<std::string_view, 2> kVideos = {"CSIDL_MYVIDEO", "FOLDERID_Videos"};
constexpr std::array<std::string_view, 2> kTemplates = {"CSIDL_TEMPLATES", "FOLDERID_Templates"};
constexpr std::array<std::string_view, 3> kConfig = {"CSIDL_APPDATA", "APPDATA", "FOLDERID_RoamingAppData"};
constexpr std::array<std::string_view, 3> kData = {"CSIDL_LOCAL_APPDATA", "LOCALAPPDATA", "FOLDERID_LocalAppData"};
constexpr std::array<std::string_view, 2> kCache = {"CSIDL_INTERNET_CACHE", "FOLDERID_InternetCache"};
constexpr std::array<std::string_view, 2> kFavorites = {"CSIDL_FAVORITES", "FOLDERID_Favorites"};
constexpr std::array<std::string_view, 2> kStartMenu = {"CSIDL_STARTMENU", "FOLDERID_StartMenu"};
// SYSTEMROOT: the documentation of the language calls it the root of the system drive in one place, but the operating
// system and every rule file that uses it mean this.
constexpr std::array<std::string_view, 4> kWindows = {"CSIDL_WINDOWS", "WINDIR", "SYSTEMROOT", "FOLDERID_Windows"};
constexpr std::array<std::string_view, 3> kProgramFiles = {"CSIDL_PROGRAM_FILES", "PROGRAMFILES",
                                                           "FOLDERID_ProgramFiles"};
constexpr std::array<std::string_view, 5> kProgramData = {"CSIDL_COMMON_APPDATA", "ALLUSERSAPPDATA", "ALLUSERSPROFILE",
                                                          "PROGRAMDATA", "FOLDERID_ProgramData"};
constexpr std::array<std::string_view, 2> kPublicProfile = {"PUBLIC", "FOLDERID_Public"};
constexpr std::array<std::string_view, 2> kUsers = {"PROFILESFOLDER", "FOLDERID_UserProfiles"};

constexpr std::string_view kWindowsStartMenu = "AppData/Roaming/Microsoft/Windows/Start Menu";
constexpr std::string_view kWindowsTemplates = "AppData/Roaming/Microsoft/Windows/Templates";
constexpr std::string_view kWindowsCache = "AppData/Local/Microsoft/Windows/INetCache";

constexpr std::array<KnownFolderNames, 20> kTable = {{
    {KnownFolder::home, "home", "HOME", "", "", kHome, true},
    {KnownFolder::desktop, "desktop", "XDG_DESKTOP_DIR", "Desktop", "Desktop", kDesktop, true},
    {KnownFolder::documents, "documents", "XDG_DOCUMENTS_DIR", "Documents", "Documents", kDocuments, true},
    {KnownFolder::downloads, "downloads", "XDG_DOWNLOAD_DIR", "Downloads", "Downloads", kDownloads, true},
    {KnownFolder::music, "music", "XDG_MUSIC_DIR", "Music", "Music", kMusic, true},
    {KnownFolder::pictures, "pictures", "XDG_PICTURES_DIR", "Pictures", "Pictures", kPictures, true},
    {KnownFolder::videos, "videos", "XDG_VIDEOS_DIR", "Videos", "Videos", kVideos, true},
    {KnownFolder::templates, "templates", "XDG_TEMPLATES_DIR", "Templates", kWindowsTemplates, kTemplates, true},
    {KnownFolder::public_share, "public_share", "XDG_PUBLICSHARE_DIR", "Public", "", {}, true},
    {KnownFolder::config, "config", "XDG_CONFIG_HOME", ".config", "AppData/Roaming", kConfig, true},
    {KnownFolder::data, "data", "XDG_DATA_HOME", ".local/share", "AppData/Local", kData, true},
    {KnownFolder::cache, "cache", "XDG_CACHE_HOME", ".cache", kWindowsCache, kCache, true},
    {KnownFolder::state, "state", "XDG_STATE_HOME", ".local/state", "", {}, true},
    {KnownFolder::favorites, "favorites", "", "", "Favorites", kFavorites, true},
    {KnownFolder::start_menu, "start_menu", "", "", kWindowsStartMenu, kStartMenu, true},
    {KnownFolder::windows, "windows", "", "", "Windows", kWindows, false},
    {KnownFolder::program_files, "program_files", "", "", "Program Files", kProgramFiles, false},
    {KnownFolder::program_data, "program_data", "", "", "ProgramData", kProgramData, false},
    {KnownFolder::public_profile, "public_profile", "", "", "Users/Public", kPublicProfile, false},
    {KnownFolder::users, "users", "", "home", "Users", kUsers, false},
}};

char upper(char byte) { return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, upper, upper); }

bool is_called(const KnownFolderNames& names, std::string_view variable) {
  if (!names.xdg_key.empty() && same_name(names.xdg_key, variable)) return true;
  return std::ranges::any_of(names.variables, [&](std::string_view each) { return same_name(each, variable); });
}

}  // namespace

std::span<const KnownFolderNames> known_folders() { return kTable; }

const KnownFolderNames* find_known_folder(KnownFolder folder) {
  const auto* found = std::ranges::find(kTable, folder, &KnownFolderNames::folder);
  return found == kTable.end() ? nullptr : found;
}

std::optional<KnownFolder> known_folder_of_variable(std::string_view variable) {
  const auto* found =
      std::ranges::find_if(kTable, [&](const KnownFolderNames& names) { return is_called(names, variable); });
  if (found == kTable.end()) return std::nullopt;
  return found->folder;
}

}  // namespace rehome
