// SPDX-License-Identifier: Apache-2.0
#include "base/machine/user_dirs.h"

#include <optional>

#include "base/machine/shell_text.h"

namespace rehome {

namespace {

constexpr std::string_view kHome = "$HOME";
constexpr std::string_view kSpecialInQuotes = "\"\\$`";

/// The folder with this key; only those of user-dirs.dirs: XDG_CONFIG_HOME and its like are no keys there.
std::optional<KnownFolder> folder_of_key(std::string_view key) {
  if (!key.starts_with("XDG_") || !key.ends_with("_DIR")) return std::nullopt;
  for (const KnownFolderNames& names : known_folders()) {
    if (names.xdg_key == key) return names.folder;
  }
  return std::nullopt;
}

/// Without empty components and "."; nullopt where it is too long, with "..", or with a byte that no folder's name has
/// for good reason.
std::optional<std::string> tidy(std::string_view path) {
  std::string tidied;
  for (const std::string_view part : split_text(path, '/')) {
    if (part == ".." || part.find('\0') != std::string_view::npos) return std::nullopt;
    if (part.empty() || part == ".") continue;
    if (!tidied.empty() || path.starts_with('/')) tidied += '/';
    tidied += part;
  }
  if (tidied.size() > kLongestUserDir) return std::nullopt;
  return tidied;
}

std::optional<std::string> place_of(std::string_view written) {
  if (!written.starts_with('"')) return std::nullopt;
  const std::string_view inside = written.substr(1);
  const bool below_home = inside.starts_with(kHome);
  // What the quotes begin with decides, before backslashes are taken away: "\$HOME" is a name, as in a shell.
  if (!below_home && !inside.starts_with('/')) return std::nullopt;
  std::optional<std::string> value = unquote(written);
  if (!value) return std::nullopt;
  if (!below_home) {
    std::optional<std::string> absolute = tidy(*value);
    return absolute && !absolute->empty() ? absolute : std::nullopt;
  }
  std::string_view rest = std::string_view(*value).substr(kHome.size());
  if (!rest.empty() && rest[0] != '/') return std::nullopt;  // another variable: "$HOMEPAGE"
  if (!rest.empty()) rest = rest.substr(std::min(rest.find_first_not_of('/'), rest.size()));
  return tidy(rest);
}

/// As a line of the file has it, in double quotes.
std::string written(std::string_view place) {
  std::string quoted(place.starts_with('/') ? "\"" : "\"$HOME/");
  for (const char byte : place) {
    if (kSpecialInQuotes.contains(byte)) quoted += '\\';
    quoted += byte;
  }
  return quoted + '"';
}

bool assigns(std::string_view line, KnownFolder folder) {
  const auto assignments = assignments_of(line);
  return !assignments.empty() && folder_of_key(assignments.front().first) == folder;
}

}  // namespace

std::string with_user_dir(std::string_view text, KnownFolder folder, std::string_view place) {
  std::string changed;
  if (place.contains('\n')) return std::string(text);
  for (const std::string_view line : split_text(text, '\n')) {
    if (line.data() != text.data()) changed += '\n';
    if (assigns(line, folder)) {
      changed.append(line.substr(0, line.find('=') + 1)).append(written(place));
    } else {
      changed += line;
    }
  }
  return changed;
}

UserDirs parse_user_dirs(std::string_view text) {
  UserDirs dirs;
  for (auto [key, written] : assignments_of(text)) {
    std::optional<KnownFolder> folder = folder_of_key(key);
    std::optional<std::string> place = folder ? place_of(written) : std::nullopt;
    if (place) dirs.insert_or_assign(*folder, *place);
  }
  return dirs;
}

UserDirs parse_user_dirs_defaults(std::string_view text) {
  UserDirs dirs;
  for (auto [key, written] : assignments_of(text)) {
    std::optional<KnownFolder> folder = folder_of_key("XDG_" + std::string(key) + "_DIR");
    std::optional<std::string> place = folder ? tidy(written) : std::nullopt;
    if (place && place != "/") dirs.insert_or_assign(*folder, *place);
  }
  return dirs;
}

}  // namespace rehome
