// SPDX-License-Identifier: Apache-2.0
// The parsers and editors of account files and user-dirs.dirs: a foreign root or its users may have written anything.
// Whatever they are given, entries stay within their lines, edits keep every other line, and no place climbs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/core/check.h"
#include "base/core/error.h"
#include "base/machine/linux/internal/account_edit.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/linux/internal/login_defs.h"
#include "base/machine/linux/internal/new_account.h"
#include "base/machine/linux/internal/shell_text.h"
#include "base/machine/linux/internal/user_dirs.h"

namespace {

using namespace rehome;
using namespace rehome::linux_etc;

bool is_one_field(std::string_view text) { return text.find_first_of(std::string_view(":\n\0", 3)) == text.npos; }

void try_account_files(std::string_view text) {
  std::size_t before = parse_passwd(text).size();
  for (const PasswdEntry& entry : parse_passwd(text)) {
    check(is_one_field(entry.name) && is_one_field(entry.home) && is_one_field(entry.shell),
          "a field is more than one");
    check(!entry.name.empty() && entry.name != ".." && entry.name.find('/') == std::string::npos, "a name is a path");
  }
  for (const ShadowEntry& entry : parse_shadow(text)) check(is_one_field(entry.password), "a field is more than one");
  for (const SubordinateEntry& entry : parse_subordinate_ids(text)) {
    check(entry.range.count > 0 && entry.range.first + entry.range.count > entry.range.first, "a range wraps around");
  }
  for (const Group& group : parse_group(text)) {
    const std::string changed = with_member(text, group.name, "fuzz");
    check(with_member(changed, group.name, "fuzz") == changed, "a member is added twice");
    check(parse_group(changed).size() == parse_group(text).size(), "a member is a new group");
  }
  const std::string more = with_line(text, "fuzz:x:1001:1001::/home/fuzz:/bin/sh");
  const auto entries = parse_passwd(more);
  check(entries.size() == before + 1 || entries.size() == before, "a line is not one account");
  check(std::ranges::find(entries, "fuzz", &PasswdEntry::name) != entries.end(), "a new account is not there");
  check(parse_passwd(without_lines_of(more, "fuzz")).size() <= before, "a line is not gone");
}

void try_new_account(std::string_view text) {
  const std::string value(text);
  Account account;
  account.name = value.substr(0, value.find('\n'));
  account.uid = account.gid = 1001;
  account.home = account.shell = "/" + value;
  account.comment = value;
  try {
    check_new_account(account, {});
  } catch (const Error&) {
    return;
  }
  const std::string line = join_fields({account.name, "x", "1001", "1001", account.comment, account.home, ""});
  const auto entries = parse_passwd(line);
  check(entries.size() == 1 && entries[0].home == account.home, "what was accepted is not read back");
}

void try_user_dirs(std::string_view text) {
  for (const UserDirs& dirs : {parse_user_dirs(text), parse_user_dirs_defaults(text)}) {
    for (const auto& [folder, place] : dirs) {
      const auto parts = split(place, '/');
      check(std::ranges::find(parts, "..") == parts.end(), "a place climbs");
      check(place.find('\0') == std::string::npos && place != "/", "a place is none");
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try_account_files(text);
  try_new_account(text);
  try_user_dirs(text);
  const LoginDefs defs = parse_login_defs(text);
  check(defs.limits.uid_min > 0 && defs.limits.uid_min <= defs.limits.uid_max, "root counts as a person");
  return 0;
}
