// SPDX-License-Identifier: Apache-2.0
#include "base/machine/shell_text.h"

namespace rehome {

namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace

std::vector<std::string_view> split_text(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::vector<std::pair<std::string_view, std::string_view>> assignments_of(std::string_view text) {
  std::vector<std::pair<std::string_view, std::string_view>> assignments;
  for (std::string_view line : split_text(text, '\n')) {
    line = trim(line);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equals));
    if (!key.empty()) assignments.emplace_back(key, trim(line.substr(equals + 1)));
  }
  return assignments;
}

std::optional<std::string> unquote(std::string_view written) {
  char quote = '\0';
  if (written.starts_with('"') || written.starts_with('\'')) {
    quote = written[0];
    written.remove_prefix(1);
  }
  std::string value;
  for (std::size_t i = 0; i < written.size(); ++i) {
    char byte = written[i];
    if (quote != '\0' && byte == quote) return value;
    if (quote == '\0' && (byte == ' ' || byte == '\t')) return value;
    if (byte == '\\' && quote != '\'' && i + 1 < written.size()) byte = written[++i];
    value += byte;
  }
  return quote == '\0' ? std::optional(value) : std::nullopt;
}

}  // namespace rehome
