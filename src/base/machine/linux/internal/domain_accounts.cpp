// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/domain_accounts.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/core/error.h"

namespace rehome::linux_etc {

namespace {

/// The owners of the folders in /home, and of those one level below where the folder is root's: directory services like
/// /home/EXAMPLE/ann.
void add_owners(Folder& homes, bool may_go_deeper, std::set<std::uint32_t>& owners) {
  for (const DirectoryEntry& entry : homes.list()) {
    try {
      const NodeInfo info = homes.inspect(entry.name);
      if (info.kind != NodeKind::folder) continue;
      owners.insert(info.metadata.uid);
      if (may_go_deeper && info.metadata.uid == 0) add_owners(*homes.open_folder(entry.name), false, owners);
    } catch (const Error&) {
      // A home that cannot be looked at now is found unreadable by the walk, with its name.
      continue;
    }
  }
}

std::set<std::uint32_t> home_owners(FileTree& files) {
  std::set<std::uint32_t> owners;
  try {
    add_owners(*files.open("/home"), true, owners);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::not_found) throw;
  }
  return owners;
}

}  // namespace

Account domain_account(NameService& names, const PasswdEntry& entry, const AccountLimits& limits) {
  Account account;
  account.name = entry.name;
  account.kind = kind_of_domain(entry.uid, limits);
  account.uid = entry.uid;
  account.gid = entry.gid;
  account.comment = entry.comment;
  account.home = entry.home;
  account.shell = entry.shell;
  for (const std::uint32_t gid : names.gids_of(entry)) {
    std::optional<Group> group = gid == entry.gid ? std::nullopt : names.group_of(gid);
    if (group) account.groups.push_back(group->name);
  }
  std::ranges::sort(account.groups);
  return account;
}

std::vector<Account> find_domain_accounts(NameService& names, FileTree& files, const std::vector<PasswdEntry>& local,
                                          const AccountLimits& limits) {
  std::set<std::string_view> local_names;
  std::set<std::uint32_t> known_uids;
  for (const PasswdEntry& entry : local) {
    local_names.insert(entry.name);
    known_uids.insert(entry.uid);
  }
  std::map<std::string, PasswdEntry> found;
  auto take = [&](const PasswdEntry& entry) {
    if (local_names.contains(entry.name)) return;
    known_uids.insert(entry.uid);
    found.emplace(entry.name, entry);
  };
  for (const PasswdEntry& entry : names.users()) take(entry);
  for (const std::uint32_t uid : home_owners(files)) {
    if (known_uids.contains(uid)) continue;
    if (std::optional<PasswdEntry> entry = names.user_of(uid)) take(*entry);
  }
  std::vector<Account> accounts;
  accounts.reserve(found.size());
  for (const auto& [name, entry] : found) accounts.push_back(domain_account(names, entry, limits));
  return accounts;
}

}  // namespace rehome::linux_etc
