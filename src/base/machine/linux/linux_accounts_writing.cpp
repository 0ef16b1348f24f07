// SPDX-License-Identifier: Apache-2.0
// Making accounts and groups, and joining them. The line in passwd (or group) is written last: a computer that loses
// power before has left-over lines at most, which mean nothing without it and are cleared when the account is made
// again.
#include <algorithm>

#include "base/core/error.h"
#include "base/machine/linux/internal/account_edit.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/linux/internal/etc_lock.h"
#include "base/machine/linux/internal/new_account.h"
#include "base/machine/linux/internal/password_lock.h"
#include "base/machine/linux/linux_accounts.h"

namespace rehome {

using linux_etc::PasswdEntry;
using linux_etc::PasswordLock;

namespace {

class EtcRestoreLock final : public RestoreLock {
 public:
  explicit EtcRestoreLock(const linux_files::TreeRoot& root) : lock_(root, ".rehome.lock") {
    if (lock_.try_lock()) return;
    throw Error(
        ErrorCode::busy,
        "another restore to this computer is at work (it holds /etc/.rehome.lock); try again when it has ended");
  }

 private:
  linux_etc::EtcLock lock_;
};

bool can_make_no_accounts(ErrorCode code) {
  return code == ErrorCode::not_found || code == ErrorCode::read_only || code == ErrorCode::permission_denied;
}

[[noreturn]] void refuse_taken(const std::string& what, const std::string& owner) {
  throw Error(ErrorCode::already_exists, what + " is taken by " + owner);
}

std::string number_or_nothing(std::optional<std::uint32_t> number) { return number ? std::to_string(*number) : ""; }

PasswordAging aging_for(const Account& account, const linux_etc::LoginDefs& defs, Timestamp now) {
  PasswordAging aging{.min = defs.password_min_days, .max = defs.password_max_days, .warn = defs.password_warn_days};
  if (account.aging) aging = *account.aging;
  const bool has_its_day = account.password_hash && account.aging && aging.changed;
  if (!has_its_day) aging.changed = static_cast<std::uint32_t>(now.seconds / linux_etc::kSecondsPerDay);
  return aging;
}

bool overlap(const IdRange& a, const IdRange& b) {
  return a.first < std::uint64_t{b.first} + b.count && b.first < std::uint64_t{a.first} + a.count;
}

bool holds(const IdRange& range, std::uint32_t id) { return overlap(range, {id, 1}); }

[[noreturn]] void refuse_range(const IdRange& range, const std::string& owner) {
  refuse_taken("the id range from " + std::to_string(range.first), owner);
}

/// What the files say of an account of this name is left over, and goes when it is made.
void check_ranges_given_to_others(const Account& account, const std::vector<IdRange>& ranges,
                                  const std::vector<SubordinateRange>& taken) {
  for (const SubordinateRange& each : taken) {
    if (each.owner == account.name) continue;
    for (const IdRange& range : ranges) {
      if (overlap(range, each.range)) refuse_range(range, each.owner);
    }
  }
}

void check_not_in(const std::vector<IdRange>& ranges, std::uint32_t id, const std::string& owner) {
  for (const IdRange& range : ranges) {
    if (holds(range, id)) refuse_range(range, owner);
  }
}

std::string password_field(const Account& account) {
  return (account.locked || !account.password_hash ? "!" : "") + account.password_hash.value_or("");
}

void check_can_join(const std::string& account, const std::vector<std::string>& wanted,
                    const std::vector<Group>& groups) {
  for (const std::string& name : wanted) {
    if (std::ranges::find(groups, name, &Group::name) != groups.end()) continue;
    std::string message = "there is no group " + name + " in /etc/group that account ";
    message += account + " could join; make it first";
    throw Error(ErrorCode::not_found, std::move(message));
  }
}

std::string required(std::optional<std::string> text, std::string_view name) {
  if (text) return *std::move(text);
  throw Error(ErrorCode::not_found, "there is no /etc/" + std::string(name) +
                                        ", so no account can be made; restore to the root of a Linux computer");
}

}  // namespace

void LinuxAccounts::check_ranges_free(const Account& account, const std::vector<Group>& groups) {
  const SubordinateRanges taken = subordinate_ranges();
  const std::string uid = "uid " + std::to_string(account.uid);
  for (const SubordinateRange& each : taken.uids) {
    if (holds(each.range, account.uid)) refuse_taken(uid, each.owner);
  }
  check_ranges_given_to_others(account, account.subuids, taken.uids);
  check_ranges_given_to_others(account, account.subgids, taken.gids);
  for (const PasswdEntry& entry : passwd()) check_not_in(account.subuids, entry.uid, entry.name);
  for (const Group& group : groups) check_not_in(account.subgids, group.gid, "group " + group.name);
}

void LinuxAccounts::check_primary_group(const Account& account, const std::vector<Group>& groups) {
  if (std::ranges::find(groups, account.gid, &Group::gid) != groups.end()) return;
  if (names_ != nullptr && names_->group_of(account.gid)) return;
  throw Error(ErrorCode::not_found, "the primary group " + std::to_string(account.gid) + " of account " + account.name +
                                        " does not exist; make it first");
}

void LinuxAccounts::check_free(const Account& account) {
  const std::string uid = "uid " + std::to_string(account.uid);
  for (const PasswdEntry& entry : passwd()) {
    if (entry.name == account.name) refuse_taken("the account name " + account.name, "another account");
    if (entry.uid == account.uid) refuse_taken(uid, "account " + entry.name);
  }
  if (names_ != nullptr) {
    if (names_->user_named(account.name)) refuse_taken("the account name " + account.name, "a domain account");
    if (auto entry = names_->user_of(account.uid)) refuse_taken(uid, "the domain account " + entry->name);
  }
  const std::vector<Group> groups = local_groups();
  check_ranges_free(account, groups);
  check_can_join(account.name, account.groups, groups);
  check_primary_group(account, groups);
}

/// `file` is group or gshadow.
void LinuxAccounts::write_memberships(const std::string& account, const std::vector<std::string>& groups,
                                      std::string_view file) {
  const std::optional<std::string> before = etc_.read(file);
  if (!before) return;
  std::string after = *before;
  for (const std::string& group : groups) after = linux_etc::with_member(after, group, account);
  if (after != *before) etc_.replace(file, after);
}

void LinuxAccounts::write_shadow(const Account& account, const std::string& text) {
  const PasswordAging aging = aging_for(account, login_defs(), clock_.now());
  const std::string line =
      linux_etc::join_fields({account.name, password_field(account), number_or_nothing(aging.changed),
                              number_or_nothing(aging.min), number_or_nothing(aging.max), number_or_nothing(aging.warn),
                              number_or_nothing(aging.inactive), number_or_nothing(aging.expires), ""});
  // A line of an account that is gone would give its password to the new one.
  etc_.replace("shadow", linux_etc::with_line(linux_etc::without_lines_of(text, account.name), line));
}

void LinuxAccounts::write_ranges(const Account& account, std::string_view file, const std::vector<IdRange>& ranges) {
  const std::string before = etc_.read(file).value_or("");
  // Here, too: what an account of that name or number left behind is not the new one's.
  std::string after = linux_etc::without_lines_of(before, account.name);
  after = linux_etc::without_lines_of(after, std::to_string(account.uid));
  for (const IdRange& range : ranges) {
    after = linux_etc::with_line(
        after, linux_etc::join_fields({account.name, std::to_string(range.first), std::to_string(range.count)}));
  }
  if (after != before) etc_.replace(file, after);
}

void LinuxAccounts::create_account(const Account& account) {
  linux_etc::check_new_account(account, limits());
  const PasswordLock lock(root_, PasswordLock::kPatience);
  const std::string passwd_text = required(etc_.read("passwd"), "passwd");
  const std::optional<std::string> shadow_text = etc_.read("shadow");
  if (!shadow_text && account.password_hash) {
    throw Error(ErrorCode::unsupported,
                "there is no /etc/shadow, and a password hash in /etc/passwd could be read by everybody; make it with "
                "pwconv, or restore without passwords");
  }
  check_free(account);
  write_ranges(account, "subuid", account.subuids);
  write_ranges(account, "subgid", account.subgids);
  write_memberships(account.name, account.groups, "group");
  write_memberships(account.name, account.groups, "gshadow");
  if (shadow_text) write_shadow(account, *shadow_text);
  const std::string line =
      linux_etc::join_fields({account.name, shadow_text ? "x" : "!", std::to_string(account.uid),
                              std::to_string(account.gid), account.comment, account.home, account.shell});
  etc_.replace("passwd", linux_etc::with_line(passwd_text, line));
}

void LinuxAccounts::create_group(const Group& group) {
  linux_etc::check_new_group(group);
  const PasswordLock lock(root_, PasswordLock::kPatience);
  const std::string text = required(etc_.read("group"), "group");
  for (const Group& other : linux_etc::parse_group(text)) {
    if (other.name == group.name) refuse_taken("the group name " + group.name, "another group");
    if (other.gid == group.gid) refuse_taken("gid " + std::to_string(group.gid), "group " + other.name);
  }
  for (const SubordinateRange& taken : subordinate_ranges().gids) {
    if (holds(taken.range, group.gid)) refuse_taken("gid " + std::to_string(group.gid), taken.owner);
  }
  if (names_ != nullptr) {
    if (names_->group_named(group.name)) refuse_taken("the group name " + group.name, "a domain group");
    if (auto other = names_->group_of(group.gid)) refuse_taken("gid " + std::to_string(group.gid), other->name);
  }
  std::string members;
  for (const std::string& member : group.members) members += (members.empty() ? "" : ",") + member;
  const std::optional<std::string> gshadow = etc_.read("gshadow");
  if (gshadow) {
    const std::string line = linux_etc::join_fields({group.name, "!", "", members});
    etc_.replace("gshadow", linux_etc::with_line(linux_etc::without_lines_of(*gshadow, group.name), line));
  }
  etc_.replace("group", linux_etc::with_line(text, linux_etc::join_fields({group.name, gshadow ? "x" : "!",
                                                                           std::to_string(group.gid), members})));
}

/// Only the file `group` makes a member: it is written last, and at once for all groups.
void LinuxAccounts::join_groups(const std::string& account, const std::vector<std::string>& groups) {
  linux_etc::check_new_name("a member's", account);
  const PasswordLock lock(root_, PasswordLock::kPatience);
  const std::vector<PasswdEntry> entries = passwd();
  const bool is_local = std::ranges::find(entries, account, &PasswdEntry::name) != entries.end();
  if (!is_local && (names_ == nullptr || !names_->user_named(account))) {
    throw Error(ErrorCode::not_found, "there is no account " + account + " that could join a group");
  }
  const std::vector<Group> here = local_groups();
  check_can_join(account, groups, here);
  std::vector<std::string> missing = groups;
  std::erase_if(missing, [&](const std::string& name) {
    const Group& group = *std::ranges::find(here, name, &Group::name);
    return std::ranges::find(group.members, account) != group.members.end();
  });
  write_memberships(account, missing, "gshadow");
  write_memberships(account, missing, "group");
}

std::unique_ptr<RestoreLock> LinuxAccounts::lock_for_restore() {
  try {
    return std::make_unique<EtcRestoreLock>(root_);
  } catch (const Error& error) {
    if (!can_make_no_accounts(error.code())) throw;
    return std::make_unique<RestoreLock>();
  }
}

}  // namespace rehome
