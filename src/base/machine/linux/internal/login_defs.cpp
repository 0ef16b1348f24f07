// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/login_defs.h"

#include <charconv>
#include <map>

#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/shell_text.h"

namespace rehome::linux_etc {

namespace {

constexpr std::string_view kBlanks = " \t\r";

// The ranges of https://systemd.io/UIDS-GIDS: people of systemd-homed above UID_MAX, and users that exist only while a
// service runs.
constexpr std::uint32_t kFirstHomed = 60001, kLastHomed = 60513;
constexpr std::uint32_t kFirstDynamic = 61184, kLastDynamic = 65519;

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(kBlanks), line.size());
  const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
  const std::string_view word = line.substr(begin, end - begin);
  line.remove_prefix(end);
  return word;
}

/// As strtoul with base 0, which is how shadow-utils reads it: "0x…" is hexadecimal, "0…" octal.
std::optional<std::uint32_t> parse_c_number(std::string_view digits) {
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    digits.remove_prefix(2);
    base = 16;
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
  }
  std::uint32_t value = 0;
  auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return value;
}

using Settings = std::map<std::string_view, std::uint32_t>;

Settings settings_of(std::string_view text) {
  Settings settings;
  for (std::string_view line : split_text(text, '\n')) {
    const std::string_view key = next_word(line);
    if (key.empty() || key[0] == '#') continue;
    std::optional<std::uint32_t> value = parse_c_number(next_word(line));
    if (value) settings.insert_or_assign(key, *value);
  }
  return settings;
}

std::optional<std::uint32_t> find(const Settings& settings, std::string_view key) {
  auto found = settings.find(key);
  return found == settings.end() ? std::nullopt : std::optional(found->second);
}

/// Leaves both as they are where the pair makes no sense: with a smallest id of 0 root would count as a person.
void take_limits(const Settings& settings, std::string_view min_key, std::string_view max_key, std::uint32_t& min,
                 std::uint32_t& max) {
  const std::uint32_t new_min = find(settings, min_key).value_or(min);
  const std::uint32_t new_max = find(settings, max_key).value_or(max);
  if (new_min == 0 || new_min > new_max) return;
  min = new_min;
  max = new_max;
}

bool is_below_people(std::uint32_t uid, const AccountLimits& limits) {
  return uid < limits.uid_min || uid == 0 || uid == kNobody;
}

bool is_dynamic(std::uint32_t uid) { return uid >= kFirstDynamic && uid <= kLastDynamic; }

bool refuses_logins(std::string_view shell) { return shell.ends_with("/nologin") || shell.ends_with("/false"); }

}  // namespace

LoginDefs parse_login_defs(std::string_view text) {
  const Settings settings = settings_of(text);
  LoginDefs defs;
  take_limits(settings, "UID_MIN", "UID_MAX", defs.limits.uid_min, defs.limits.uid_max);
  take_limits(settings, "GID_MIN", "GID_MAX", defs.limits.gid_min, defs.limits.gid_max);
  defs.password_min_days = find(settings, "PASS_MIN_DAYS");
  defs.password_max_days = find(settings, "PASS_MAX_DAYS");
  defs.password_warn_days = find(settings, "PASS_WARN_AGE");
  return defs;
}

AccountKind kind_of_local(std::uint32_t uid, std::string_view shell, const AccountLimits& limits) {
  if (is_below_people(uid, limits)) return AccountKind::service;
  if (uid <= limits.uid_max || (uid >= kFirstHomed && uid <= kLastHomed)) return AccountKind::local;
  return is_dynamic(uid) || refuses_logins(shell) ? AccountKind::service : AccountKind::local;
}

AccountKind kind_of_domain(std::uint32_t uid, const AccountLimits& limits) {
  return is_below_people(uid, limits) || is_dynamic(uid) ? AccountKind::service : AccountKind::domain;
}

}  // namespace rehome::linux_etc
