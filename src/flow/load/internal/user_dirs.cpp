// SPDX-License-Identifier: Apache-2.0
#include "flow/load/internal/user_dirs.h"

#include <optional>

#include "flow/load/internal/paths.h"

namespace rehome::load {

namespace {

constexpr std::string_view kHomePrefix = "$HOME";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

/// The text between the double quotes, with backslashes taken away.
std::optional<std::string> unquoted(std::string_view value) {
  if (value.size() < 2 || !value.starts_with('"') || !value.ends_with('"')) return std::nullopt;
  std::string text;
  value = value.substr(1, value.size() - 2);
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && i + 1 < value.size()) ++i;
    text += value[i];
  }
  return text;
}

std::optional<std::string> place_in_home(std::string_view value) {
  const auto text = unquoted(value);
  if (!text || !text->starts_with(kHomePrefix)) return std::nullopt;
  std::string rest = text->substr(kHomePrefix.size());
  while (rest.ends_with('/')) rest.pop_back();
  if (rest.empty()) return rest;
  if (!is_plain_path(rest)) return std::nullopt;
  return rest.substr(1);
}

}  // namespace

bool is_user_dirs_file(const Location& location) {
  return location.anchor == KnownFolder::config && location.rest == "user-dirs.dirs";
}

std::map<KnownFolder, std::string> read_user_dirs(std::string_view text) {
  std::map<KnownFolder, std::string> folders;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const auto folder = known_folder_of_variable(trimmed(line.substr(0, equals)));
    const auto place = place_in_home(trimmed(line.substr(equals + 1)));
    // HOME is not this file's to move.
    if (folder && place && find_known_folder(*folder)->per_user && *folder != KnownFolder::home) {
      folders[*folder] = *place;
    }
  }
  return folders;
}

}  // namespace rehome::load
