// SPDX-License-Identifier: Apache-2.0
// The names that the language gives to places on a computer, for telling a typing error from a place that this
// computer does not have. Their values are the machine's business.
#include <algorithm>
#include <array>

#include "base/core/words.h"
#include "base/machine/known_folder.h"
#include "flow/rules/internal/variables.h"

namespace rehome::rules {

namespace {

constexpr auto kNames = std::to_array<std::string_view>({
    "ALLUSERSAPPDATA",
    "ALLUSERSPROFILE",
    "APPDATA",
    "COMMONPROGRAMFILES",
    "COMMONPROGRAMFILES(X86)",
    "COMPUTERNAME",
    "CSIDL_ADMINTOOLS",
    "CSIDL_ALTSTARTUP",
    "CSIDL_APPDATA",
    "CSIDL_BITBUCKET",
    "CSIDL_CDBURN_AREA",
    "CSIDL_COMMON_ADMINTOOLS",
    "CSIDL_COMMON_ALTSTARTUP",
    "CSIDL_COMMON_APPDATA",
    "CSIDL_COMMON_DESKTOPDIRECTORY",
    "CSIDL_COMMON_DOCUMENTS",
    "CSIDL_COMMON_FAVORITES",
    "CSIDL_COMMON_MUSIC",
    "CSIDL_COMMON_PICTURES",
    "CSIDL_COMMON_PROGRAMS",
    "CSIDL_COMMON_STARTMENU",
    "CSIDL_COMMON_STARTUP",
    "CSIDL_COMMON_TEMPLATES",
    "CSIDL_COMMON_VIDEO",
    "CSIDL_CONNECTIONS",
    "CSIDL_CONTACTS",
    "CSIDL_CONTROLS",
    "CSIDL_COOKIES",
    "CSIDL_DEFAULT_APPDATA",
    "CSIDL_DEFAULT_CONTACTS",
    "CSIDL_DEFAULT_COOKIES",
    "CSIDL_DEFAULT_DESKTOP",
    "CSIDL_DEFAULT_DOWNLOADS",
    "CSIDL_DEFAULT_FAVORITES",
    "CSIDL_DEFAULT_HISTORY",
    "CSIDL_DEFAULT_INTERNET_CACHE",
    "CSIDL_DEFAULT_LOCAL_APPDATA",
    "CSIDL_DEFAULT_MYDOCUMENTS",
    "CSIDL_DEFAULT_MYMUSIC",
    "CSIDL_DEFAULT_MYPICTURES",
    "CSIDL_DEFAULT_MYVIDEO",
    "CSIDL_DEFAULT_PERSONAL",
    "CSIDL_DEFAULT_PROGRAMS",
    "CSIDL_DEFAULT_QUICKLAUNCH",
    "CSIDL_DEFAULT_RECENT",
    "CSIDL_DEFAULT_SENDTO",
    "CSIDL_DEFAULT_STARTMENU",
    "CSIDL_DEFAULT_STARTUP",
    "CSIDL_DEFAULT_TEMPLATES",
    "CSIDL_DESKTOP",
    "CSIDL_DESKTOPDIRECTORY",
    "CSIDL_DRIVES",
    "CSIDL_FAVORITES",
    "CSIDL_FONTS",
    "CSIDL_HISTORY",
    "CSIDL_INTERNET",
    "CSIDL_INTERNET_CACHE",
    "CSIDL_LOCAL_APPDATA",
    "CSIDL_MYDOCUMENTS",
    "CSIDL_MYMUSIC",
    "CSIDL_MYPICTURES",
    "CSIDL_MYVIDEO",
    "CSIDL_NETHOOD",
    "CSIDL_NETWORK",
    "CSIDL_PERSONAL",
    "CSIDL_PLAYLISTS",
    "CSIDL_PRINTERS",
    "CSIDL_PRINTHOOD",
    "CSIDL_PROFILE",
    "CSIDL_PROGRAMS",
    "CSIDL_PROGRAM_FILES",
    "CSIDL_PROGRAM_FILESX86",
    "CSIDL_PROGRAM_FILES_COMMON",
    "CSIDL_PROGRAM_FILES_COMMONX86",
    "CSIDL_QUICKLAUNCH",
    "CSIDL_RECENT",
    "CSIDL_RESOURCES",
    "CSIDL_SENDTO",
    "CSIDL_STARTMENU",
    "CSIDL_STARTUP",
    "CSIDL_SYSTEM",
    "CSIDL_TEMPLATES",
    "CSIDL_VIRTUALSTORE_COMMONPROGRAMFILES",
    "CSIDL_VIRTUALSTORE_COMMONPROGRAMFILES(X86)",
    "CSIDL_VIRTUALSTORE_PROGRAMFILES",
    "CSIDL_VIRTUALSTORE_PROGRAMFILES(X86)",
    "CSIDL_WINDOWS",
    "DEFAULTUSERPROFILE",
    "FOLDERID_CONTACTS",
    "FOLDERID_DOWNLOADS",
    "FOLDERID_LIBRARIES",
    "FOLDERID_ORIGINALIMAGES",
    "FOLDERID_PUBLICDOWNLOADS",
    "FOLDERID_RECORDEDTV",
    "FOLDERID_SAVEDGAMES",
    "HOMEPATH",
    "PROFILESFOLDER",
    "PROGRAMDATA",
    "PROGRAMFILES",
    "PROGRAMFILES(X86)",
    "SYSTEM",
    "SYSTEM16",
    "SYSTEM32",
    "SYSTEMDRIVE",
    "SYSTEMPROFILE",
    "SYSTEMROOT",
    "TEMP",
    "TMP",
    "USERNAME",
    "USERPROFILE",
    "USERSID",
    "WINDIR",
});

}  // namespace

bool is_variable_of_the_language(std::string_view name) {
  if (known_folder_of_variable(name)) return true;
  return std::ranges::any_of(kNames, [&](std::string_view each) { return same_word(each, name); });
}

std::vector<std::string_view> variables_of_the_language() {
  std::vector<std::string_view> names(kNames.begin(), kNames.end());
  for (const KnownFolderNames& folder : known_folders()) {
    if (!folder.xdg_key.empty()) names.push_back(folder.xdg_key);
    names.insert(names.end(), folder.variables.begin(), folder.variables.end());
  }
  return names;
}

}  // namespace rehome::rules
