// SPDX-License-Identifier: Apache-2.0
#include "programs/agent/who_is_here.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/core/error.h"
#include "base/machine/linux/sessions.h"
#include "model/outcome.h"
#include "programs/command/host.h"

namespace rehome::agent {

namespace {

constexpr std::size_t kMostOpenFiles = 100;
constexpr std::size_t kMostShown = 10;

std::vector<std::string> logged_in_among(const PresenceCheck& check) {
  if (check.root != "/") return {};  // whoever is logged in is so on the system that runs
  std::vector<std::string> names;
  for (const std::string& name : logged_in_users()) {
    if (std::ranges::find(check.accounts, name, &Account::name) != check.accounts.end())
      names.push_back(printable(name));
  }
  return names;
}

std::vector<OpenFile> open_files(const PresenceCheck& check) {
  const std::string root = cli::absolute_path(check.root);
  std::vector<MachinePath> homes;
  for (const Account& account : check.accounts) {
    if (account.home.size() > 1) homes.push_back(root == "/" ? account.home : root + account.home);
  }
  return open_files_below(homes, kMostOpenFiles);
}

void say_open_files(const std::vector<OpenFile>& files, AgentLog& log) {
  for (std::size_t i = 0; i < std::min(files.size(), kMostShown); ++i) {
    log.say(fmt::format("open{}: {} by {} ({})", files[i].for_writing ? " for writing" : "", printable(files[i].path),
                        printable(files[i].program), files[i].process));
  }
  if (files.size() > kMostShown) log.say(fmt::format("open: and {} more", files.size() - kMostShown));
}

}  // namespace

void check_who_is_here(const PresenceCheck& check, AgentLog& log) {
  const std::vector<std::string> names = logged_in_among(check);
  const std::vector<OpenFile> files = open_files(check);
  if (!names.empty()) log.say(fmt::format("logged in: {}", fmt::join(names, ", ")));
  say_open_files(files, log);
  if (!check.require_logged_out || (names.empty() && files.empty())) return;
  throw Error(ErrorCode::refused,
              names.empty()
                  ? fmt::format("{} files of the users are open and everybody must be logged out; the first is "
                                "{}",
                                files.size(), printable(files.front().path))
                  : fmt::format("everybody must be logged out, but these are not: {}", fmt::join(names, ", ")));
}

}  // namespace rehome::agent
