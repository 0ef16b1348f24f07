// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_environment.h"

#include <algorithm>
#include <array>
#include <unistd.h>

#include "base/core/error.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/linux/internal/small_file.h"
#include "base/machine/shell_text.h"
#include "base/machine/user_dirs.h"

namespace rehome {

using linux_etc::read_small_file;

namespace {

constexpr std::uint64_t kLargestConfiguration = 64U << 10U;
constexpr std::size_t kLongestHostName = 253;
constexpr std::string_view kUnknownHost = "localhost";
// In the header of an ELF file.
constexpr std::size_t kElfClassOffset = 4;
constexpr std::uint8_t kElf32Bit = 1;

char upper(char byte) { return byte >= 'a' && byte <= 'z' ? static_cast<char>(byte - 'a' + 'A') : byte; }

bool same_name(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, upper, upper); }

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestHostName && std::ranges::all_of(name, [](char byte) {
    return (upper(byte) >= 'A' && upper(byte) <= 'Z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
           byte == '_';
  });
}

std::string running_host_name() {
  std::array<char, 256> buffer{};
  if (::gethostname(buffer.data(), buffer.size() - 1) != 0) throw system_error(errno, "ask for the host name");
  return buffer.data();
}

bool lies_in(std::string_view path, std::string_view folder) {
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

}  // namespace

OperatingSystem LinuxEnvironment::operating_system() {
  OperatingSystem system{.name = "Linux", .id = "linux", .version = "", .is_64_bit = is_64_bit()};
  std::optional<std::string> text = read_small_file(files_, "/etc/os-release", kLargestConfiguration);
  if (!text) text = read_small_file(files_, "/usr/lib/os-release", kLargestConfiguration);
  if (!text) return system;
  for (auto [key, written] : assignments_of(*text)) {
    std::optional<std::string> value = unquote(written);
    if (!value) continue;
    if (key == "PRETTY_NAME") system.name = *value;
    if (key == "ID") system.id = *value;
    if (key == "VERSION_ID") system.version = *value;
  }
  return system;
}

bool LinuxEnvironment::is_64_bit() {
  // The class in the header of the shell every Linux computer has; also right for a root that cannot run here.
  const MachinePath shell = files_.canonical("/bin/sh");
  try {
    const std::size_t slash = shell.rfind('/');
    std::unique_ptr<Folder> folder = files_.open(shell.substr(0, slash + 1));
    std::array<std::uint8_t, kElfClassOffset + 1> header{};
    const std::size_t size = folder->open_file(shell.substr(slash + 1))->read_at(0, header);
    return size != header.size() || header[kElfClassOffset] != kElf32Bit;
  } catch (const Error&) {
    return true;
  }
}

std::string LinuxEnvironment::computer_name() {
  std::string name;
  if (is_running_system_) {
    name = running_host_name();
  } else if (auto text = read_small_file(files_, "/etc/hostname", kLargestConfiguration)) {
    for (std::string_view line : split_text(*text, '\n')) {
      line = line.substr(0, line.find_last_not_of(" \t\r") + 1);
      if (line.empty() || line[0] == '#') continue;
      name = line;
      break;
    }
  }
  return is_host_name(name) ? name : std::string(kUnknownHost);
}

/// Where `path` is, also where it does not exist yet; nullopt where it is longer than a path of the system can be: its
/// user can make it so, and what is made of it would be too long too.
std::optional<MachinePath> LinuxEnvironment::settle(const MachinePath& path) {
  MachinePath place = files_.canonical(path);
  return place.size() > kLongestUserDir ? std::nullopt : std::optional(std::move(place));
}

/// nullopt for the home of accounts that have none: "", a relative path, or the root itself, which would make the
/// whole computer one person's.
std::optional<MachinePath> LinuxEnvironment::home_of(const Account& account) {
  if (!account.home.starts_with('/') || account.home.find('\0') != std::string::npos) return std::nullopt;
  const auto climbs = [](std::string_view path) {
    const std::vector<std::string_view> parts = split_text(path, '/');
    return std::ranges::find(parts, "..") != parts.end();
  };
  // Where ".." leads is known only where all before it is there.
  const MachinePath written = climbs(account.home) ? files_.canonical(account.home) : account.home;
  if (climbs(written)) return std::nullopt;
  MachinePath tidied;
  for (const std::string_view part : split_text(written, '/')) {
    if (!part.empty() && part != ".") (tidied += '/') += part;
  }
  const std::optional<MachinePath> home = settle(tidied.empty() ? "/" : tidied);
  return home == "/" ? std::nullopt : home;
}

/// What the user, or the computer for its users, says about a user directory: see UserDirs for its form.
std::optional<std::string> LinuxEnvironment::user_dir(KnownFolder folder, const MachinePath& home) {
  UserDirs dirs;
  try {
    auto text = read_small_file(files_, home + "/.config/user-dirs.dirs", kLargestConfiguration);
    if (text) dirs = parse_user_dirs(*text);
  } catch (const Error&) {
    // Its user can make it anything: a fifo, a gigabyte, a loop of links. It is not worth a migration.
    dirs.clear();
  }
  if (!dirs.contains(folder)) {
    auto text = read_small_file(files_, "/etc/xdg/user-dirs.defaults", kLargestConfiguration);
    dirs = text ? parse_user_dirs_defaults(*text) : UserDirs{};
  }
  auto found = dirs.find(folder);
  return found == dirs.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> LinuxEnvironment::why_not_own(const Account& account, const MachinePath& folder) {
  if (folder == "/") return "it is the whole computer";
  try {
    const std::uint32_t owner = files_.open(folder)->inspect_self().metadata.uid;
    return owner == account.uid ? std::nullopt : std::optional("it belongs to the uid " + std::to_string(owner));
  } catch (const Error& error) {
    return error.code() == ErrorCode::not_found ? "it does not exist" : "it cannot be opened";
  }
}

/// Where a user directory is. A capture runs as root and a user says where the folder is, with a line in a file or with
/// a link: outside of home only a folder of the user's own counts, or "Music" could mean /etc or somebody else's home.
void LinuxEnvironment::try_place(Search& search, const std::string& value, const MachinePath& home,
                                 const Account& account) {
  const MachinePath said = value.starts_with('/') ? value : home + "/" + value;
  const std::optional<MachinePath> place = settle(said);
  std::optional<std::string> reason;
  if (!place) {
    reason = "it lies deeper than a path can say";
  } else if (*place != home && !lies_in(*place, home)) {
    reason = why_not_own(account, *place);
  }
  if (reason && !search.unused) search.unused = {place.value_or(said), *reason};
  if (reason) return;
  const bool is_linked_in_home = !value.starts_with('/') && lies_in(*place, home) && *place != said;
  search.found = {*place, is_linked_in_home};
}

LinuxEnvironment::Search LinuxEnvironment::find(KnownFolder folder, const Account* account) {
  const KnownFolderNames* names = find_known_folder(folder);
  if (names == nullptr || !names->per_user || account == nullptr) return {};
  std::optional<MachinePath> home = home_of(*account);
  if (!home) return {};
  if (folder == KnownFolder::home) return {FoundFolder{*home, false}, std::nullopt};
  if (names->linux_default.empty()) return {};
  Search search;
  if (std::optional<std::string> value = user_dir(folder, *home)) try_place(search, *value, *home, *account);
  if (!search.found) try_place(search, std::string(names->linux_default), *home, *account);
  // A user directory that is home itself has been switched off.
  if (search.found && search.found->place == *home) search.found.reset();
  return search;
}

std::optional<MachinePath> LinuxEnvironment::known_folder(KnownFolder folder, const Account* account) {
  if (folder == KnownFolder::users) return settle("/" + std::string(find_known_folder(folder)->linux_default));
  const std::optional<FoundFolder> found = find(folder, account).found;
  return found ? std::optional(found->place) : std::nullopt;
}

std::optional<UnusedFolder> LinuxEnvironment::unused_folder(KnownFolder folder, const Account* account) {
  return find(folder, account).unused;
}

bool LinuxEnvironment::is_linked_in_home(KnownFolder folder, const Account* account) {
  const std::optional<FoundFolder> found = find(folder, account).found;
  return found && found->is_linked_in_home;
}

std::optional<std::string> LinuxEnvironment::variable(std::string_view name, const Account* account) {
  if (same_name(name, "HOSTNAME") || same_name(name, "COMPUTERNAME")) return computer_name();
  if (account != nullptr) {
    if (same_name(name, "USER") || same_name(name, "USERNAME") || same_name(name, "LOGNAME")) return account->name;
    if (same_name(name, "UID")) return std::to_string(account->uid);
    if (same_name(name, "SHELL")) return account->shell.empty() ? "/bin/sh" : account->shell;
  }
  std::optional<KnownFolder> folder = known_folder_of_variable(name);
  return folder ? known_folder(*folder, account) : std::nullopt;
}

}  // namespace rehome
