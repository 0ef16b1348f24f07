// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/mount_table.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "base/core/error.h"
#include "base/machine/linux/internal/node_ref.h"
#include "base/machine/shell_text.h"

namespace rehome::linux_files {

namespace {

std::vector<std::string_view> split_text(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

template <typename Number>
std::optional<Number> to_number(std::string_view digits) {
  Number number{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

/// Blanks, newlines and backslashes are written as "\040".
std::string unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int byte = 0;
    if (text[i] == '\\' && i + 3 < text.size() &&
        std::from_chars(&text[i + 1], &text[i + 1] + 3, byte, 8).ptr == &text[i + 1] + 3) {
      plain += static_cast<char>(byte);
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": proc(5). Any number of fields before the "-".
std::optional<Mount> parse_line(std::string_view line) {
  const auto fields = split_text(line, ' ');
  const auto dash = std::ranges::find(fields, "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 3) return std::nullopt;
  const auto id = to_number<std::uint64_t>(fields[0]);
  const auto parent = to_number<std::uint64_t>(fields[1]);
  const std::size_t colon = fields[2].find(':');
  if (!id || !parent || colon == std::string_view::npos) return std::nullopt;
  const auto major = to_number<std::uint32_t>(fields[2].substr(0, colon));
  const auto minor = to_number<std::uint32_t>(fields[2].substr(colon + 1));
  if (!major || !minor) return std::nullopt;
  return Mount{.id = *id,
               .parent = *parent,
               .device = device_id(*major, *minor),
               .numbers = std::string(fields[2]),
               .top = unescape(fields[3]),
               .mounted_at = unescape(fields[4]),
               .type = unescape(dash[1]),
               .source = unescape(dash[2])};
}

bool lies_beneath(std::string_view path, std::string_view folder) {
  if (folder == "/") return path != "/";
  return path.size() > folder.size() && path.starts_with(folder) && path[folder.size()] == '/';
}

/// A mount is covered by one on the same place, or by a sibling on a folder above it.
bool covers(const Mount& upper, const Mount& lower) {
  if (&upper == &lower || upper.id == upper.parent) return false;  // that of an initramfs lies beneath all others
  if (upper.parent == lower.id) return upper.mounted_at == lower.mounted_at;
  return upper.parent == lower.parent && lies_beneath(lower.mounted_at, upper.mounted_at);
}

}  // namespace

std::vector<Mount> parse_mount_table(std::string_view text) {
  std::vector<Mount> all;
  for (const std::string_view line : split_text(text, '\n')) {
    if (auto mount = parse_line(line)) all.push_back(std::move(*mount));
  }
  std::vector<Mount> reachable;
  for (const Mount& mount : all) {
    if (std::ranges::none_of(all, [&](const Mount& other) { return covers(other, mount); })) reachable.push_back(mount);
  }
  return reachable;
}

std::vector<Mount> read_mount_table() {
  const std::ifstream file("/proc/self/mountinfo");
  std::ostringstream text;
  text << file.rdbuf();
  if (!file || text.view().empty()) {
    throw Error(ErrorCode::unsupported, "cannot find out what is mounted; mount /proc first");
  }
  return parse_mount_table(text.view());
}

}  // namespace rehome::linux_files
