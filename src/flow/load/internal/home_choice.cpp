// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/home_choice.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "flow/load/internal/names.h"
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

/// Empty where it can be the home.
std::string reason_against(Machine& destination, const MachinePath& path, const HomeQuestion& question) {
  try {
    const BaseFolder home = open_base_folder(destination.files(), path);
    if (is_system_folder(home.path)) return "it is a folder of the system";
    if (is_taken(destination.files(), path, question.accounts))
      return "it is the home of another account, or holds one";
    if (!may_take(home, question)) return "it belongs to somebody else; rename that folder";
    return {};
  } catch (const Error& error) {  // its owner may have closed it, or mounted something there that only he may see
    return error.message();
  }
}

bool is_usable(Machine& destination, const MachinePath& path, const HomeQuestion& question) {
  return reason_against(destination, path, question).empty();
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

/// As the account files have it, where root alone writes; null for none.
const RestoredAccount* innermost_holder(std::span<const RestoredAccount> accounts, const MachinePath& home) {
  const RestoredAccount* holder = nullptr;
  for (const RestoredAccount& each : accounts) {
    const MachinePath& outer = each.destination.home;
    if (!is_plain_path(home) || !is_plain_path(outer) || !lies_in(home, outer)) continue;
    if (holder == nullptr || outer.size() > holder->destination.home.size()) holder = &each;
  }
  return holder;
}

MachinePath folder_of_homes(Machine& destination) {
  return destination.environment().known_folder(KnownFolder::users, nullptr).value_or("/home");
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

bool is_of_store(Machine& destination, const Account& here, const Account& source) {
  const bool has_its_home = here.home == source.home || here.home == join(folder_of_homes(destination), here.name);
  return here.name == name_without_domain(source.name) && here.uid == source.uid && has_its_home;
}

MachinePath choose_home(Machine& destination, const HomeQuestion& question) {
  if (question.holder && is_usable_within(destination, *question.holder, question)) {
    return join(question.holder->account.home, question.holder->rest);
  }
  const MachinePath homes = folder_of_homes(destination);
  const auto wish = question.was_inner ? std::nullopt : wish_of(question, homes);
  if (wish && is_usable(destination, *wish, question)) return *wish;
  const MachinePath usual = join(homes, question.name);
  const std::string reason = reason_against(destination, usual, question);
  if (reason.empty()) return usual;
  throw Error(ErrorCode::refused, "the account " + question.name + " cannot get " + usual + " as its home: " + reason +
                                      "; or map the account to an existing one with --map-user");
}

void open_home(FileTree& files, std::span<const RestoredAccount> before, RestoredAccount& account) {
  const MachinePath& path = account.destination.home;
  if (path.empty()) refuse_home(account.destination);
  const RestoredAccount* holder = innermost_holder(before, path);
  if (holder == nullptr) {
    account.home = open_base_folder(files, path);
  } else {
    account.home_within = {holder->number, beneath(path, holder->destination.home)};
    account.home = open_base_folder_in(holder->home, account.home_within->rest);
  }
}

HomeOwner judge_home(const RestoredAccount& account, std::span<const Account> accounts) {
  const BaseFolder& home = account.home;
  const Account& here = account.destination;
  if (account.home_within && account.home_within->rest.empty()) return HomeOwner::account;
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
