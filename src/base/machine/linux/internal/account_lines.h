// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lines of passwd, shadow, group, subuid and subgid. In: the text of a file, possibly of a foreign and hostile
// root. Out: the entries that the C library would find in it, too: what it skips (comments, NIS lines, malformed ones)
// is no account for the computer either. Pure functions; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/machine/accounts.h"

namespace rehome::linux_etc {

constexpr std::int64_t kSecondsPerDay = 86400;  // days of shadow begin at midnight UTC

struct PasswdEntry {
  std::string name;
  std::string password;  // "x": in shadow
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string comment;
  std::string home;
  std::string shell;
};

struct ShadowEntry {
  std::string name;
  std::string password;
  PasswordAging aging;  // a field that is no number is not set
};

/// Of several entries with one name the first counts.
std::vector<PasswdEntry> parse_passwd(std::string_view text);
std::vector<ShadowEntry> parse_shadow(std::string_view text);
/// Entries with one name and one gid are one group: tools have split long member lists that way.
std::vector<Group> parse_group(std::string_view text);
/// Of /etc/subuid and /etc/subgid.
std::vector<SubordinateRange> parse_subordinate_ids(std::string_view text);

/// A uid or gid in decimal digits; nullopt for anything else and for the two numbers that mean "none".
std::optional<std::uint32_t> parse_id(std::string_view digits);

}  // namespace rehome::linux_etc
