// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/strayed_folders.h"

#include <span>

#include "base/core/error.h"
#include "base/machine/user_dirs.h"
#include "flow/load/internal/account_folders.h"
#include "flow/load/internal/landing.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

/// Empty for what is too large to be what its name says.
std::string text_of(ReadableFile& file) {
  const std::uint64_t size = file.inspect().size;
  if (size > kLargestUserDirsFile) return {};
  Bytes bytes(size);
  std::size_t read = 0;
  while (const std::size_t count = file.read_at(read, std::span(bytes).subspan(read))) read += count;
  return std::string(as_text(ByteView(bytes).first(read)));
}

/// What the settings say; nothing where there are none that can be read. Whoever owns the home may exchange any name in
/// it, so no link is followed on the way to where they are.
UserDirs settings_of(const Base& home, FileTree& files) {
  const MachinePath& place = home.place.path;
  try {
    const MachinePath path = files.canonical(join(place, ".config/user-dirs.dirs"));
    if (!lies_in(path, place)) return {};
    const auto folder = open_beneath(home, beneath(parent_of(path), place));
    return folder ? parse_user_dirs(text_of(*folder->open_file(name_of_path(path)))) : UserDirs{};
  } catch (const Error&) {
    return {};
  }
}

}  // namespace

void report_strayed_folders(const AccountMapping& mapping, const HeldFolders& held, const Territory& territory,
                            FileTree& files, Findings& findings) {
  for (const RestoredAccount& account : mapping.restored) {
    const Target home = *territory.find({account.number, KnownFolder::home, ""});
    const AccountFolders folders(territory, files, account.number);
    for (const auto& [folder, place] : settings_of(territory.bases()[home.base], files)) {
      if (!held.contains({account.number, folder}) || folders.is_at(place, folder)) continue;
      findings.record({FindingKind::renamed, account.number, folders.path_of(folder),
                       "the " + std::string(find_known_folder(folder)->name) +
                           " folder landed here, but the settings of " + account.destination.name +
                           " (.config/user-dirs.dirs) say " + place_text(place) + "; move it there, or change them"});
    }
  }
}

}  // namespace rehome::load
