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

// What distributions write for accounts that have no home: who has the same one shares nothing.
constexpr std::array<std::string_view, 2> kNoHomes = {"/nonexistent", "/var/empty"};

bool is_taken(FileTree& files, const MachinePath& path, std::span<const Account> accounts) {
  const MachinePath place = files.canonical(path);
  return std::ranges::any_of(accounts, [&](const Account& other) {
    const MachinePath home = files.canonical(other.home);
    if (!is_plain_path(home) || is_system_folder(home)) return false;
    return lies_in(place, home) || lies_in(home, place);
  });
}

/// A folder that is there already may only be what the account left behind: the home of the same person on a disk that
/// survived, or an empty one of root's. Anything else would be given away to whom the store names.
bool may_take(const BaseFolder& home, const HomeQuestion& question) {
  if (!home.missing.empty()) return true;
  const std::uint32_t owner = home.node.metadata.uid;
  if (owner == 0) return home.is_guarded && home.folder->list().empty();
  const bool is_somebodys = std::ranges::find(question.accounts, owner, &Account::uid) != question.accounts.end();
  return !is_somebodys && (owner == question.source.uid || owner == question.uid);
}

bool is_usable(Machine& destination, const MachinePath& path, const HomeQuestion& question) {
  try {
    const BaseFolder home = open_base_folder(destination.files(), path);
    return !is_system_folder(home.path) && !is_taken(destination.files(), path, question.accounts) &&
           may_take(home, question);
  } catch (const Error&) {  // its owner may have closed it, or mounted something there that only he may see
    return false;
  }
}

bool is_home_text(const MachinePath& path) {
  return path.size() <= kLongestHome && is_account_text(path) && is_plain_path(path);
}

bool is_usable_within(Machine& destination, const HomeHolder& holder, const HomeQuestion& question) {
  const MachinePath path = join(holder.account.home, holder.rest);
  FileTree& files = destination.files();
  if (!is_home_text(path) || is_taken(files, path, holder.settled)) return false;
  try {
    const BaseFolder home = open_base_folder_in(open_base_folder(files, holder.account.home), holder.rest);
    return !is_system_folder(home.path) && (holder.rest.empty() || may_take(home, question));
  } catch (const Error&) {
    return false;
  }
}

/// The source's home, its last name changed with the account's; nullopt where it is no path below `homes`.
std::optional<MachinePath> wish_of(const HomeQuestion& question, const MachinePath& homes) {
  MachinePath wish = question.source.home;
  if (!is_home_text(wish)) return std::nullopt;
  if (wish == homes || !lies_in(wish, homes)) return std::nullopt;
  if (name_of_path(wish) == question.source.name) wish = join(parent_of(wish), question.name);
  return wish;
}

[[noreturn]] void refuse_home(const Account& account) {
  throw Error(ErrorCode::refused, "nothing can be restored to the account " + account.name + ", whose home is " +
                                      (account.home.empty() ? "missing" : "the system folder " + account.home) +
                                      "; give it a home of its own, or map to another account with --map-user");
}

}  // namespace

bool holds_home(const MachinePath& holder, const MachinePath& home) {
  if (!is_plain_path(holder) || !is_plain_path(home) || is_system_folder(holder)) return false;
  return std::ranges::find(kNoHomes, holder) == kNoHomes.end() && lies_in(home, holder);
}

MachinePath choose_home(Machine& destination, const HomeQuestion& question) {
  if (question.holder && is_usable_within(destination, *question.holder, question)) {
    return join(question.holder->account.home, question.holder->rest);
  }
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
  if (!is_plain_path(home) || is_system_folder(home)) refuse_home(account);
}

std::optional<std::string> obstacle_to_home(Machine& destination, const Account& account) {
  try {
    open_base_folder(destination.files(), account.home);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::refused) return error.what();
  }
  return std::nullopt;
}

HomeOwner judge_home(const BaseFolder& home, const RestoredAccount& account, std::span<const Account> accounts) {
  const Account& here = account.destination;
  if (is_system_folder(home.path)) refuse_home(here);
  if (!home.missing.empty() || home.node.metadata.uid == here.uid) return HomeOwner::account;
  // Who has an account here already left nothing behind that is not his own.
  const Account& before = account.is_new ? account.source : here;
  if (may_take(home, {before, here.name, here.uid, accounts})) return HomeOwner::left_behind;
  if (home.is_guarded && !account.is_new) return HomeOwner::another;
  throw Error(ErrorCode::refused, "nothing can be restored to the account " + here.name + ", whose home " + home.path +
                                      " belongs to the uid " + std::to_string(home.node.metadata.uid) +
                                      "; give it to its user, or map to another account with --map-user");
}

}  // namespace rehome::load
