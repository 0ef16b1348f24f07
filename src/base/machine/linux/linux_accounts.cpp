// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/linux_accounts.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/core/error.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/linux/internal/domain_accounts.h"
#include "base/machine/linux/internal/small_file.h"

namespace rehome {

using linux_etc::PasswdEntry;

namespace {

constexpr std::uint64_t kLargestLoginDefs = 1U << 20U;

/// What a password field says. "!" and "*" before it make a hash that no password has.
struct Password {
  bool locked = false;
  std::optional<std::string> hash;
};

Password password_of(std::string_view field) {
  Password password;
  password.locked = field.starts_with('!') || field.starts_with('*');
  const std::size_t begin = std::min(field.find_first_not_of('!'), field.size());
  const std::string_view hash = field.substr(begin);
  // An empty field lets anybody in; that is no hash to hand on to another computer.
  if (!hash.empty() && hash[0] != '*') password.hash = std::string(hash);
  return password;
}

/// Everything of the account files but passwd, by account.
struct Details {
  bool has_shadow = false;
  std::map<std::string, linux_etc::ShadowEntry> passwords;
  std::map<std::string, std::set<std::string>> groups;
  std::multimap<std::string, IdRange> subuids;
  std::multimap<std::string, IdRange> subgids;
};

std::multimap<std::string, IdRange> ranges_by_owner(std::string_view text) {
  std::multimap<std::string, IdRange> ranges;
  for (SubordinateRange& entry : linux_etc::parse_subordinate_ids(text)) {
    ranges.emplace(std::move(entry.owner), entry.range);
  }
  return ranges;
}

/// nullopt too where only root may read it: then nothing is known about passwords.
std::optional<std::string> read_shadow(linux_etc::EtcFiles& etc) {
  try {
    return etc.read("shadow");
  } catch (const Error& error) {
    if (error.code() != ErrorCode::permission_denied) throw;
    return std::nullopt;
  }
}

Details read_details(linux_etc::EtcFiles& etc, const std::vector<Group>& groups) {
  Details details;
  if (std::optional<std::string> shadow = read_shadow(etc)) {
    details.has_shadow = true;
    for (auto& entry : linux_etc::parse_shadow(*shadow)) details.passwords.emplace(entry.name, entry);
  }
  for (const Group& group : groups) {
    for (const std::string& member : group.members) details.groups[member].insert(group.name);
  }
  details.subuids = ranges_by_owner(etc.read("subuid").value_or(""));
  details.subgids = ranges_by_owner(etc.read("subgid").value_or(""));
  return details;
}

/// A range may be given to a name or to a uid.
std::vector<IdRange> ranges_of(const std::multimap<std::string, IdRange>& ranges, const Account& account) {
  std::vector<IdRange> found;
  for (const std::string& owner : {account.name, std::to_string(account.uid)}) {
    auto [begin, end] = ranges.equal_range(owner);
    for (auto each = begin; each != end; ++each) found.push_back(each->second);
  }
  return found;
}

Password find_password(const PasswdEntry& entry, const Details& details) {
  if (entry.password != "x") return password_of(entry.password);
  if (!details.has_shadow) return {};
  auto found = details.passwords.find(entry.name);
  // Without a line in shadow no password fits.
  return found == details.passwords.end() ? Password{true, std::nullopt} : password_of(found->second.password);
}

Account local_account(const PasswdEntry& entry, const Details& details, const AccountLimits& limits) {
  Account account;
  account.name = entry.name;
  account.kind = linux_etc::kind_of_local(entry.uid, entry.shell, limits);
  account.uid = entry.uid;
  account.gid = entry.gid;
  account.comment = entry.comment;
  account.home = entry.home;
  account.shell = entry.shell;
  Password password = find_password(entry, details);
  account.locked = password.locked;
  account.password_hash = std::move(password.hash);
  if (auto found = details.passwords.find(entry.name); found != details.passwords.end()) {
    account.aging = found->second.aging;
  }
  if (auto found = details.groups.find(entry.name); found != details.groups.end()) {
    account.groups.assign(found->second.begin(), found->second.end());
  }
  account.subuids = ranges_of(details.subuids, account);
  account.subgids = ranges_of(details.subgids, account);
  return account;
}

void drop_primary(Account& account, const std::vector<Group>& groups) {
  auto primary = std::ranges::find(groups, account.gid, &Group::gid);
  if (primary != groups.end()) std::erase(account.groups, primary->name);
}

bool is_expired(const Account& account, Timestamp now) {
  return account.aging && account.aging->expires &&
         std::int64_t{*account.aging->expires} <= now.seconds / linux_etc::kSecondsPerDay;
}

Group as_domain(Group group) {
  group.is_local = false;
  return group;
}

}  // namespace

LinuxAccounts::LinuxAccounts(const std::string& root, FileTree& files, const Clock& clock,
                             std::unique_ptr<linux_etc::NameService> names)
    : root_(root), files_(files), etc_(files, clock), clock_(clock), names_(std::move(names)) {}

std::vector<PasswdEntry> LinuxAccounts::passwd() { return linux_etc::parse_passwd(etc_.read("passwd").value_or("")); }

std::vector<Group> LinuxAccounts::local_groups() { return linux_etc::parse_group(etc_.read("group").value_or("")); }

linux_etc::LoginDefs LinuxAccounts::login_defs() {
  // Distributions that leave /etc to the administrator keep the vendor's copy below /usr.
  for (const MachinePath path : {"/etc/login.defs", "/usr/etc/login.defs"}) {
    if (auto text = linux_etc::read_small_file(files_, path, kLargestLoginDefs)) {
      return linux_etc::parse_login_defs(*text);
    }
  }
  return {};
}

AccountLimits LinuxAccounts::limits() { return login_defs().limits; }

std::vector<Account> LinuxAccounts::list() {
  const AccountLimits limits = this->limits();
  const std::vector<PasswdEntry> entries = passwd();
  const std::vector<Group> groups = local_groups();
  const Details details = read_details(etc_, groups);
  std::vector<Account> accounts;
  for (const PasswdEntry& entry : entries) {
    accounts.push_back(local_account(entry, details, limits));
    drop_primary(accounts.back(), groups);
    accounts.back().expired = is_expired(accounts.back(), clock_.now());
  }
  if (names_ == nullptr) return accounts;
  for (Account& account : linux_etc::find_domain_accounts(*names_, files_, entries, limits)) {
    account.subuids = ranges_of(details.subuids, account);
    account.subgids = ranges_of(details.subgids, account);
    accounts.push_back(std::move(account));
  }
  return accounts;
}

std::vector<Group> LinuxAccounts::groups() {
  std::vector<Group> groups = local_groups();
  if (names_ == nullptr) return groups;
  std::set<std::string> names;
  for (const Group& group : groups) names.insert(group.name);
  for (Group& group : names_->groups()) {
    if (names.insert(group.name).second) groups.push_back(as_domain(std::move(group)));
  }
  return groups;
}

SubordinateRanges LinuxAccounts::subordinate_ranges() {
  return {linux_etc::parse_subordinate_ids(etc_.read("subuid").value_or("")),
          linux_etc::parse_subordinate_ids(etc_.read("subgid").value_or(""))};
}

std::optional<Account> LinuxAccounts::account_named(const std::string& name) {
  if (auto listed = Accounts::account_named(name)) return listed;
  const auto entry = names_ != nullptr ? names_->user_named(name) : std::nullopt;
  return entry ? std::optional(linux_etc::domain_account(*names_, *entry, limits())) : std::nullopt;
}

std::optional<Account> LinuxAccounts::account_of(std::uint32_t uid) {
  if (auto listed = Accounts::account_of(uid)) return listed;
  const auto entry = names_ != nullptr ? names_->user_of(uid) : std::nullopt;
  return entry ? std::optional(linux_etc::domain_account(*names_, *entry, limits())) : std::nullopt;
}

std::optional<Group> LinuxAccounts::group_named(const std::string& name) {
  if (auto listed = Accounts::group_named(name)) return listed;
  auto found = names_ != nullptr ? names_->group_named(name) : std::nullopt;
  return found ? std::optional(as_domain(*std::move(found))) : std::nullopt;
}

std::optional<Group> LinuxAccounts::group_of(std::uint32_t gid) {
  if (auto listed = Accounts::group_of(gid)) return listed;
  auto found = names_ != nullptr ? names_->group_of(gid) : std::nullopt;
  return found ? std::optional(as_domain(*std::move(found))) : std::nullopt;
}

}  // namespace rehome
