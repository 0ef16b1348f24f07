// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/new_account.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/machine/account_rules.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/shell_text.h"

namespace rehome::linux_etc {

namespace {

// Below are the ids of accounts, services and systemd: a range that reached there would give a user the files of
// others.
constexpr std::uint32_t kFirstSubordinate = 65536;

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::refused, message); }
[[noreturn]] void reject(const std::string& message) { throw Error(ErrorCode::invalid_argument, message); }

/// Names in messages are cut and shown with '?' for what a terminal would obey: they may be hostile.
std::string shown(std::string_view name) {
  std::string text(name.substr(0, 2 * kLongestAccountName));
  std::ranges::replace_if(text, [](char byte) { return byte < 0x20 || byte == 0x7F; }, '?');
  return "\"" + text + "\"";
}

void check_text(const Account& account, std::string_view what, std::string_view text) {
  if (is_account_text(text)) return;
  reject("the " + std::string(what) + " of account " + account.name +
         " has a ':', a control character or too many bytes, and cannot be written into /etc/passwd");
}

void check_path(const Account& account, std::string_view what, std::string_view path) {
  check_text(account, what, path);
  std::vector<std::string_view> parts = split_text(path, '/');
  const bool climbs = std::ranges::find(parts, "..") != parts.end();
  if (path.starts_with('/') && path.find_first_not_of('/') != std::string_view::npos && !climbs) return;
  reject("the " + std::string(what) + " of account " + account.name + " is " + shown(path) +
         ", which is no absolute path below /");
}

void check_password_hash(const Account& account) {
  if (!account.password_hash || is_password_hash(*account.password_hash)) return;
  reject("the password hash of account " + account.name + " is none that crypt(3) makes");
}

void check_ranges(const Account& account, const std::vector<IdRange>& ranges) {
  for (const IdRange& range : ranges) {
    if (range.count == 0 || range.count > UINT32_MAX - range.first) {
      reject("a subordinate id range of account " + account.name + " is empty or ends beyond the largest id");
    }
    if (range.first < kFirstSubordinate) {
      refuse("a subordinate id range of account " + account.name + " begins at " + std::to_string(range.first) +
             ", among the ids of other accounts; ranges begin at " + std::to_string(kFirstSubordinate) + " or above");
    }
  }
}

}  // namespace

void check_new_name(std::string_view what, std::string_view name) {
  if (is_account_name(name)) return;
  reject(shown(name) + " cannot be " + std::string(what) + " name: it must be 1 to " +
         std::to_string(kLongestAccountName) +
         " letters, digits, '_', '.', '-' or '@', not begin with '-', '.' or '@', and not be a number");
}

void check_new_account(const Account& account, const AccountLimits& limits) {
  check_new_name("an account", account.name);
  if (account.uid < std::max(limits.uid_min, 1U) || account.uid == kNobody || !parse_id(std::to_string(account.uid))) {
    refuse("account " + account.name + " cannot have uid " + std::to_string(account.uid) +
           ", which is reserved for the system; map it to a uid from " + std::to_string(limits.uid_min));
  }
  if (account.gid == 0) refuse("account " + account.name + " cannot have the group of root as its primary group");
  check_text(account, "comment", account.comment);
  check_path(account, "home folder", account.home);
  if (!account.shell.empty()) check_path(account, "shell", account.shell);
  check_password_hash(account);
  check_ranges(account, account.subuids);
  check_ranges(account, account.subgids);
}

void check_new_group(const Group& group) {
  check_new_name("a group", group.name);
  if (group.gid == 0 || group.gid == kNobody || !parse_id(std::to_string(group.gid))) {
    refuse("group " + group.name + " cannot have gid " + std::to_string(group.gid) +
           ", which is reserved for the system");
  }
  for (const std::string& member : group.members) check_new_name("a member's", member);
}

}  // namespace rehome::linux_etc
