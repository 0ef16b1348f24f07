// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/account_lines.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

#include "base/machine/shell_text.h"

namespace rehome::linux_etc {

namespace {

constexpr std::uint32_t kNoId = 0xFFFFFFFF;
constexpr std::uint32_t kNoIdOf16Bits = 0xFFFF;

std::optional<std::uint32_t> parse_number(std::string_view digits) {
  std::uint32_t value = 0;
  auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || stop != digits.data() + digits.size()) return std::nullopt;
  return value;
}

/// What may stand for an account or group in messages, paths and other files. Wider than what may be created: names of
/// directory services have spaces, '@', '\' and letters of any language.
bool is_usable_name(std::string_view name) {
  if (name.empty() || name == "." || name == "..") return false;
  return std::ranges::none_of(name, [](char byte) {
    return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F || byte == '/' || byte == ',';
  });
}

/// The fields of every line that can be an entry with at least `least` fields and a usable name.
std::vector<std::vector<std::string_view>> entries_of(std::string_view text, std::size_t least) {
  std::vector<std::vector<std::string_view>> entries;
  for (const std::string_view line : split_text(text, '\n')) {
    // A line of the compatibility form of NIS ("+", "-name", "+@netgroup") names no account of this computer.
    if (line.empty() || line[0] == '#' || line[0] == '+' || line[0] == '-') continue;
    // C programs end a line there, so what follows means one thing to us and another to them.
    if (line.find('\0') != std::string_view::npos) continue;
    std::vector<std::string_view> fields = split_text(line, ':');
    if (fields.size() >= least && is_usable_name(fields[0])) entries.push_back(std::move(fields));
  }
  return entries;
}

std::string field(const std::vector<std::string_view>& fields, std::size_t index) {
  return index < fields.size() ? std::string(fields[index]) : std::string();
}

PasswordAging aging_of(const std::vector<std::string_view>& fields) {
  const auto days = [&](std::size_t index) {
    return index < fields.size() && !fields[index].empty() ? parse_number(fields[index]) : std::nullopt;
  };
  return {.changed = days(2), .min = days(3), .max = days(4), .warn = days(5), .inactive = days(6), .expires = days(7)};
}

void add_members(std::vector<std::string>& members, std::string_view list) {
  for (const std::string_view member : split_text(list, ',')) {
    if (is_usable_name(member)) members.emplace_back(member);
  }
}

void drop_repeated(std::vector<std::string>& names) {
  std::set<std::string_view> seen;
  std::vector<std::string> kept;
  for (const std::string& name : names) {
    if (seen.insert(name).second) kept.push_back(name);
  }
  names = std::move(kept);
}

}  // namespace

std::optional<std::uint32_t> parse_id(std::string_view digits) {
  std::optional<std::uint32_t> id = parse_number(digits);
  if (id == kNoId || id == kNoIdOf16Bits) return std::nullopt;
  return id;
}

std::vector<PasswdEntry> parse_passwd(std::string_view text) {
  std::vector<PasswdEntry> entries;
  std::set<std::string> names;
  for (const auto& fields : entries_of(text, 4)) {
    std::optional<std::uint32_t> uid = parse_id(fields[2]);
    std::optional<std::uint32_t> gid = parse_id(fields[3]);
    if (!uid || !gid || !names.emplace(fields[0]).second) continue;
    entries.push_back({std::string(fields[0]), std::string(fields[1]), *uid, *gid, field(fields, 4), field(fields, 5),
                       field(fields, 6)});
  }
  return entries;
}

std::vector<ShadowEntry> parse_shadow(std::string_view text) {
  std::vector<ShadowEntry> entries;
  std::set<std::string_view> names;
  for (const auto& fields : entries_of(text, 2)) {
    if (!names.insert(fields[0]).second) continue;
    entries.push_back({std::string(fields[0]), std::string(fields[1]), aging_of(fields)});
  }
  return entries;
}

std::vector<Group> parse_group(std::string_view text) {
  std::vector<Group> groups;
  std::map<std::string_view, std::size_t> places;
  for (const auto& fields : entries_of(text, 3)) {
    std::optional<std::uint32_t> gid = parse_id(fields[2]);
    if (!gid) continue;
    auto [place, is_new] = places.emplace(fields[0], groups.size());
    if (is_new) groups.push_back({std::string(fields[0]), *gid, {}});
    Group& group = groups[place->second];
    if (group.gid == *gid && fields.size() > 3) add_members(group.members, fields[3]);
  }
  for (Group& group : groups) drop_repeated(group.members);
  return groups;
}

std::vector<SubordinateRange> parse_subordinate_ids(std::string_view text) {
  std::vector<SubordinateRange> entries;
  for (const auto& fields : entries_of(text, 3)) {
    std::optional<std::uint32_t> first = parse_number(fields[1]);
    std::optional<std::uint32_t> count = parse_number(fields[2]);
    if (!first || !count || *count == 0 || *count > kNoId - *first) continue;
    entries.push_back({std::string(fields[0]), {*first, *count}});
  }
  return entries;
}

}  // namespace rehome::linux_etc
