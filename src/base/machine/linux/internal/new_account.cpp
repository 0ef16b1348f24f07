// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/new_account.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/machine/linux/internal/account_lines.h"

#include "base/machine/shell_text.h"
namespace rehome::linux_etc {

namespace {

constexpr std::size_t kLongestName = 32;  // what utmp and useradd take
constexpr std::size_t kLongestText = 4096;
constexpr std::uint32_t kNobody = 65534;
// Below are the ids of accounts, services and systemd: a range that reached there would give a user the files of
// others.
constexpr std::uint32_t kFirstSubordinate = 65536;

[[noreturn]] void refuse(const std::string& message) { throw Error(ErrorCode::refused, message); }
[[noreturn]] void reject(const std::string& message) { throw Error(ErrorCode::invalid_argument, message); }

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9');
}

bool is_new_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return false;
  if (name.size() > 1 && name.ends_with('$')) name.remove_suffix(1);
  if (!is_letter_or_digit(name[0]) && name[0] != '_') return false;
  // Programs take a name of digits for a uid.
  if (std::ranges::all_of(name, [](char byte) { return byte >= '0' && byte <= '9'; })) return false;
  return std::ranges::all_of(name, [](char byte) {
    return is_letter_or_digit(byte) || byte == '_' || byte == '.' || byte == '-' || byte == '@';
  });
}

/// Names in messages are cut and shown with '?' for what a terminal would obey: they may be hostile.
std::string shown(std::string_view name) {
  std::string text(name.substr(0, 2 * kLongestName));
  std::ranges::replace_if(text, [](char byte) { return byte < 0x20 || byte == 0x7F; }, '?');
  return "\"" + text + "\"";
}

void check_text(const Account& account, std::string_view what, std::string_view text) {
  const bool fits = text.size() <= kLongestText && std::ranges::none_of(text, [](char byte) {
                      return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F || byte == ':';
                    });
  if (fits) return;
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
  if (!account.password_hash) return;
  const std::string_view hash = *account.password_hash;
  const bool fits = hash.size() <= kLongestText &&
                    std::ranges::all_of(hash, [](char byte) { return byte > 0x20 && byte < 0x7F && byte != ':'; });
  // An empty one would let anybody in; '!' and '*' lock an account, which is said otherwise here.
  if (fits && !hash.empty() && hash[0] != '!' && hash[0] != '*') return;
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
  if (is_new_name(name)) return;
  reject(shown(name) + " cannot be " + std::string(what) + " name: it must be 1 to " + std::to_string(kLongestName) +
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
