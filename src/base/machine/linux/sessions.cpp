// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/sessions.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utmp.h>

namespace rehome {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostEntries = 100'000;

bool is_alive(pid_t process) { return process > 0 && (::kill(process, 0) == 0 || errno != ESRCH); }

bool is_number(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

std::string first_line(const fs::path& file) {
  std::string line;
  std::ifstream in(file);
  std::getline(in, line);
  return line;
}

/// The kernel's flags of an open file: "flags:	0100001" in octal, of which the last two bits are the way it is open.
bool is_open_for_writing(const fs::path& fdinfo) {
  std::ifstream in(fdinfo);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("flags:")) return ((line.back() - '0') & 3) != 0;
  }
  return false;
}

bool is_below(const std::string& path, const MachinePath& folder) {
  return path.size() > folder.size() && path.starts_with(folder) && (folder == "/" || path[folder.size()] == '/');
}

/// Files that one process has open; a process that ends meanwhile has none.
void add_open_files(const fs::path& process, const std::vector<MachinePath>& folders, std::size_t most,
                    std::vector<OpenFile>& files) {
  std::error_code error;
  std::set<std::string> seen;
  for (fs::directory_iterator at(process / "fd", error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;
    const std::string path = fs::read_symlink(at->path(), gone).string();
    if (gone || files.size() >= most || !seen.insert(path).second) continue;
    if (std::ranges::none_of(folders, [&](const MachinePath& folder) { return is_below(path, folder); })) continue;
    if (!fs::is_regular_file(at->path(), gone)) continue;
    files.push_back({.path = path,
                     .process = std::stoull(process.filename().string()),
                     .program = first_line(process / "comm"),
                     .for_writing = is_open_for_writing(process / "fdinfo" / at->path().filename())});
  }
}

/// The user of a file of systemd-logind ("USER=ann", "CLASS=user", "STATE=active"); empty where it is a greeter's or a
/// manager's, or has ended.
std::string user_of_session(const fs::path& file) {
  std::string user, user_class, state;
  std::ifstream in(file);
  std::string line;
  for (std::size_t count = 0; count < kMostEntries && std::getline(in, line); ++count) {
    if (line.starts_with("USER=")) user = line.substr(5);
    if (line.starts_with("CLASS=")) user_class = line.substr(6);
    if (line.starts_with("STATE=")) state = line.substr(6);
  }
  return state == "closing" || !(user_class.empty() || user_class.starts_with("user")) ? "" : user;
}

}  // namespace

std::vector<std::string> open_sessions(const std::string& utmp_file, const std::string& sessions_folder) {
  const std::vector<std::string> logged_in = logged_in_users(utmp_file);
  std::set<std::string> names(logged_in.begin(), logged_in.end());
  std::error_code error;
  for (fs::directory_iterator at(sessions_folder, error), end; !error && at != end; at.increment(error)) {
    names.insert(user_of_session(at->path()));
  }
  names.erase("");
  return {names.begin(), names.end()};
}

std::vector<std::string> logged_in_users(const std::string& utmp_file) {
  std::set<std::string> names;
  std::ifstream in(utmp_file, std::ios::binary);
  utmp entry{};
  for (std::size_t count = 0; count < kMostEntries; ++count) {
    if (!in.read(reinterpret_cast<char*>(&entry), sizeof entry)) break;
    if (entry.ut_type != USER_PROCESS || !is_alive(entry.ut_pid)) continue;
    names.emplace(entry.ut_user, ::strnlen(entry.ut_user, sizeof entry.ut_user));
  }
  names.erase("");
  return {names.begin(), names.end()};
}

std::vector<OpenFile> open_files_below(const std::vector<MachinePath>& folders, std::size_t most,
                                       const std::string& proc) {
  std::vector<OpenFile> files;
  std::error_code error;
  for (fs::directory_iterator at(proc, error), end; !error && at != end; at.increment(error)) {
    if (files.size() >= most) break;
    if (is_number(at->path().filename().string())) add_open_files(at->path(), folders, most, files);
  }
  std::ranges::sort(files, {}, &OpenFile::path);
  return files;
}

}  // namespace rehome
