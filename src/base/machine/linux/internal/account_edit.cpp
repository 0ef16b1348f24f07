// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/internal/account_edit.h"

#include <algorithm>
#include <optional>
#include <span>
#include <vector>

#include "base/core/check.h"
#include "base/machine/linux/internal/account_lines.h"
#include "base/machine/shell_text.h"

namespace rehome::linux_etc {

namespace {

constexpr std::size_t kMembers = 3;

bool is_line_of(std::string_view line, std::string_view name) { return split_text(line, ':')[0] == name; }

/// The lines with their ends; only the last may have none.
std::vector<std::string_view> whole_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

std::string_view without_end(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  return line;
}

/// What the line says with the member in it; nullopt where it needs no change.
std::optional<std::string> line_with_member(std::string_view line, std::string_view account) {
  std::vector<std::string_view> fields = split_text(line, ':');
  if (fields.size() > kMembers) {
    std::vector<std::string_view> members = split_text(fields[kMembers], ',');
    if (std::ranges::find(members, account) != members.end()) return std::nullopt;
  }
  fields.resize(std::max(fields.size(), kMembers + 1));
  std::string members(fields[kMembers]);
  if (!members.empty() && !members.ends_with(',')) members += ',';
  members += account;
  fields[kMembers] = members;
  std::string changed(fields[0]);
  for (const std::string_view field : std::span(fields).subspan(1)) (changed += ':') += field;
  return changed;
}

}  // namespace

std::string join_fields(std::initializer_list<std::string_view> fields) {
  std::string line;
  for (const std::string_view field : fields) {
    check(field.find_first_of(std::string_view(":\n\0", 3)) == std::string_view::npos, "an unchecked field of a line");
    if (!line.empty()) line += ':';
    line += field;
  }
  return line;
}

std::string with_line(std::string_view text, std::string_view line) {
  std::size_t place = text.size();
  for (const std::string_view each : whole_lines(text)) {
    if (!each.starts_with('+') && !each.starts_with('-')) continue;
    place = static_cast<std::size_t>(each.data() - text.data());
    break;
  }
  std::string changed(text.substr(0, place));
  if (!changed.empty() && !changed.ends_with('\n')) changed += '\n';
  return ((changed += line) += '\n') += text.substr(place);
}

std::string without_lines_of(std::string_view text, std::string_view name) {
  std::string kept;
  for (const std::string_view line : whole_lines(text)) {
    if (!is_line_of(without_end(line), name)) kept += line;
  }
  return kept;
}

std::string with_member(std::string_view text, std::string_view group, std::string_view account) {
  for (const std::string_view line : whole_lines(text)) {
    const std::string_view content = without_end(line);
    if (!is_line_of(content, group)) continue;
    const std::optional<std::string> changed = line_with_member(content, account);
    if (!changed) break;
    const std::size_t place = static_cast<std::size_t>(line.data() - text.data());
    return (std::string(text.substr(0, place)) += *changed) += text.substr(place + content.size());
  }
  return std::string(text);
}

}  // namespace rehome::linux_etc
