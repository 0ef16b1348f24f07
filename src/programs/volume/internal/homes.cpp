// SPDX-License-Identifier: Apache-2.0
#include "programs/volume/internal/homes.h"

#include <algorithm>
#include <deque>
#include <set>

#include "base/core/error.h"
#include "base/machine/linux/encrypted_folder.h"

namespace rehome::volume {

namespace {

using sequence::Encryption;
using sequence::HomeFact;

bool is_users(const Account& account) { return account.kind != AccountKind::service; }

MachinePath home_of(Machine& machine, const Account& account) {
  return machine.environment().known_folder(KnownFolder::home, &account).value_or("");
}

MachinePath parent_of(const MachinePath& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

MachinePath join(const MachinePath& folder, const std::string& name) {
  return (folder == "/" ? "" : folder) + "/" + name;
}

class Finder {
 public:
  explicit Finder(const HomeSearch& search)
      : search_(search),
        machine_(search.machine),
        users_(machine_.environment().known_folder(KnownFolder::users, nullptr).value_or("/home")),
        least_uid_(machine_.accounts().limits().uid_min) {}

  std::vector<HomeFact> run() {
    for (const Account& account : machine_.accounts().list()) {
      const MachinePath home = is_users(account) ? home_of(machine_, account) : "";
      if (!home.empty()) homes_.insert(home);
    }
    add_parent(users_);
    for (const MachinePath& home : homes_) {
      add_home_of_account(home);
      if (parent_of(home) != "/") add_parent(parent_of(home));
    }
    for (; !parents_.empty(); parents_.pop_front()) look_into(parents_.front());
    return std::move(found_);
  }

 private:
  /// nullptr where there is none.
  std::unique_ptr<Folder> open(const MachinePath& path) {
    try {
      return machine_.files().open(path);
    } catch (const Error& error) {
      if (error.code() != ErrorCode::not_found) throw;
      return nullptr;
    }
  }

  void add_parent(const MachinePath& path) {
    if (seen_.insert(path).second) parents_.push_back(path);
  }

  void add(const MachinePath& path, const NodeInfo& info, Encryption encryption) {
    const auto owner = machine_.accounts().account_of(info.metadata.uid);
    found_.push_back({.path = path,
                      .uid = info.metadata.uid,
                      .owner = owner ? owner->name : "",
                      .encryption = encryption,
                      .is_listed = search_.is_listed(path)});
  }

  void add_folder(const MachinePath& path, Folder& folder) {
    const NodeInfo info = folder.inspect_self();
    const bool is_encrypted = is_encrypted_folder((search_.root == "/" ? "" : search_.root) + path);
    if (!is_encrypted && folder.list().empty()) return;
    add(path, info, is_encrypted ? Encryption::fscrypt : Encryption::none);
  }

  void add_home_of_account(const MachinePath& home) {
    const std::unique_ptr<Folder> folder = open(home);
    if (!folder) return;
    const NodeInfo info = folder->inspect_self();
    if (info.device == search_.device) return add_folder(home, *folder);
    if (folder->volume().volume_class == VolumeClass::fuse) add(home, info, Encryption::fuse);
  }

  void look_into(const MachinePath& parent) {
    const std::unique_ptr<Folder> folder = open(parent);
    if (!folder || folder->inspect_self().device != search_.device) return;
    for (const DirectoryEntry& entry : folder->list()) look_at(parent, *folder, entry.name);
  }

  void look_at(const MachinePath& parent, Folder& folder, const std::string& name) {
    const MachinePath path = join(parent, name);
    const NodeInfo info = folder.inspect(name);
    if (info.device != search_.device) return;
    if (info.kind == NodeKind::file && name.ends_with(".home")) return add(path, info, Encryption::homed);
    if (info.kind != NodeKind::folder || homes_.contains(path) || name == "lost+found") return;
    if (name.ends_with(".homedir")) return add(path, info, Encryption::homed);
    const std::unique_ptr<Folder> inside = folder.open_folder(name);
    if (name == ".ecryptfs") return add_ecryptfs(path, *inside);
    const bool holds_a_home =
        std::ranges::any_of(homes_, [&](const MachinePath& home) { return home.starts_with(path + "/"); });
    if (holds_a_home) return add_parent(path);
    if (parent == users_ || belongs_to_a_user(info)) add_folder(path, *inside);
  }

  bool belongs_to_a_user(const NodeInfo& info) const {
    return info.metadata.uid >= least_uid_ && info.metadata.uid != kNobody;
  }

  void add_ecryptfs(const MachinePath& path, Folder& folder) {
    for (const DirectoryEntry& entry : folder.list()) {
      add(join(path, entry.name), folder.inspect(entry.name), Encryption::ecryptfs);
    }
  }

  const HomeSearch& search_;
  Machine& machine_;
  MachinePath users_;
  std::uint32_t least_uid_;
  std::set<MachinePath> homes_;  // of accounts
  std::set<MachinePath> seen_;
  std::deque<MachinePath> parents_;
  std::vector<HomeFact> found_;
};

}  // namespace

std::vector<sequence::AccountFact> accounts_of(Machine& machine) {
  std::vector<sequence::AccountFact> accounts;
  for (const Account& account : machine.accounts().list()) {
    if (!is_users(account)) continue;
    accounts.push_back({.name = account.name, .uid = account.uid, .home = home_of(machine, account)});
  }
  return accounts;
}

std::vector<HomeFact> homes_of(const HomeSearch& search) { return Finder(search).run(); }

}  // namespace rehome::volume
