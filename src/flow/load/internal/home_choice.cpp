// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/home_choice.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::size_t kLongestHome = 1024;

// Neither these nor anything in them is ever a home that a restore may fill.
constexpr std::array<std::string_view, 13> kSystemTrees = {
    "/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/proc", "/root", "/run", "/sbin", "/sys", "/usr"};
// These are none themselves, but hold some.
constexpr std::array<std::string_view, 9> kSharedFolders = {"/",    "/home", "/media", "/mnt",    "/opt",
                                                            "/srv", "/tmp",  "/var",   "/var/tmp"};

bool is_system_folder(std::string_view path) {
  return std::ranges::any_of(kSystemTrees, [&](std::string_view tree) { return lies_in(path, tree); }) ||
         std::ranges::find(kSharedFolders, path) != kSharedFolders.end();
}

std::optional<NodeInfo> folder_at(FileTree& files, const MachinePath& path) {
  try {
    return files.open(path)->inspect_self();
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

bool is_taken(FileTree& files, const MachinePath& path, std::span<const Account> accounts) {
  const MachinePath place = files.canonical(path);
  return std::ranges::any_of(accounts, [&](const Account& other) {
    const MachinePath home = files.canonical(other.home);
    if (!is_plain_path(home) || is_system_folder(home)) return false;
    return lies_in(place, home) || lies_in(home, place);
  });
}

/// A folder that is there already may only be what the account left behind: the home of the same person on a disk that
/// survived. Anything else would be given away to whom the store names.
bool may_take_over(FileTree& files, const MachinePath& path, const HomeQuestion& question) {
  const auto there = folder_at(files, path);
  if (!there) return !exists(files, path);
  const std::uint32_t owner = there->metadata.uid;
  if (owner == 0) return files.open(path)->list().empty();
  const bool is_somebodys = std::ranges::find(question.accounts, owner, &Account::uid) != question.accounts.end();
  return !is_somebodys && (owner == question.source.uid || owner == question.uid);
}

bool is_usable(Machine& destination, const MachinePath& path, const HomeQuestion& question) {
  FileTree& files = destination.files();
  return !is_system_folder(files.canonical(path)) && !is_taken(files, path, question.accounts) &&
         may_take_over(files, path, question);
}

/// The source's home, its last name changed with the account's; nullopt where it is no path below `homes`.
std::optional<MachinePath> wish_of(const HomeQuestion& question, const MachinePath& homes) {
  MachinePath wish = question.source.home;
  if (wish.size() > kLongestHome || !is_account_text(wish) || !is_plain_path(wish)) return std::nullopt;
  if (wish == homes || !lies_in(wish, homes)) return std::nullopt;
  if (name_of_path(wish) == question.source.name) wish = join(parent_of(wish), question.name);
  return wish;
}

}  // namespace

MachinePath choose_home(Machine& destination, const HomeQuestion& question) {
  const MachinePath homes = destination.environment().known_folder(KnownFolder::users, nullptr).value_or("/home");
  if (const auto wish = wish_of(question, homes); wish && is_usable(destination, *wish, question)) return *wish;
  const MachinePath usual = join(homes, question.name);
  if (is_usable(destination, usual, question)) return usual;
  throw Error(ErrorCode::refused, "the account " + question.name + " cannot get " + usual +
                                      " as its home, which belongs to somebody else; rename that folder, or map the "
                                      "account to an existing one with --map-user");
}

void check_home(Machine& destination, const Account& account) {
  const MachinePath home = destination.files().canonical(account.home);
  if (is_plain_path(home) && !is_system_folder(home)) return;
  throw Error(ErrorCode::refused, "nothing can be restored to the account " + account.name + ", whose home is " +
                                      (account.home.empty() ? "missing" : "the system folder " + account.home) +
                                      "; give it a home of its own, or map to another account with --map-user");
}

}  // namespace rehome::load
