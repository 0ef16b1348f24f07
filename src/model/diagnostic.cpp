// SPDX-License-Identifier: Apache-2.0
#include "model/diagnostic.h"

#include <algorithm>

#include "model/outcome.h"

namespace rehome {

namespace {

/// Generated rule files may hold everything in one line; more than this around the column helps nobody.
constexpr std::size_t kShownBefore = 100;
constexpr std::size_t kShownAfter = 60;

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

/// As printable(), but with tabs left as they are: the caret below them is placed with the same tabs.
std::string with_tabs(std::string_view text) {
  std::string shown;
  while (true) {
    const std::size_t tab = text.find('\t');
    shown += printable(text.substr(0, tab));
    if (tab == std::string_view::npos) return shown;
    shown += '\t';
    text.remove_prefix(tab + 1);
  }
}

/// What stands before the caret so that it comes to stand below the end of `shown`.
std::string blank(std::string_view shown) {
  std::string padding;
  for (const char byte : shown) {
    if (!continues_character(byte)) padding += byte == '\t' ? '\t' : ' ';
  }
  return padding;
}

/// The part of the line around the column, cut where characters begin.
struct Window {
  std::string_view before;
  std::string_view after;
  bool cut_before = false;
  bool cut_after = false;
};

Window window_of(std::string_view line, std::size_t column) {
  const std::size_t caret = std::min(line.size(), column == 0 ? 0 : column - 1);
  std::size_t begin = caret > kShownBefore ? caret - kShownBefore : 0;
  std::size_t end = std::min(line.size(), caret + kShownAfter);
  while (begin < caret && continues_character(line[begin])) ++begin;
  while (end < line.size() && end > caret && continues_character(line[end])) --end;
  return {line.substr(begin, caret - begin), line.substr(caret, end - caret), begin > 0, end < line.size()};
}

std::string place_of(const Diagnostic& diagnostic) {
  std::string place = printable(diagnostic.file);
  if (diagnostic.line == 0) return place;
  if (!place.empty()) place += ':';
  place += std::to_string(diagnostic.line);
  if (diagnostic.column != 0) place += ':' + std::to_string(diagnostic.column);
  return place;
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = place_of(diagnostic);
  if (!text.empty()) text += ": ";
  text += std::string(name_of(diagnostic.severity)) + ": " + printable(diagnostic.message);
  if (diagnostic.line == 0 || diagnostic.source_line.empty()) return text;

  const Window window = window_of(diagnostic.source_line, diagnostic.column);
  const std::string before = (window.cut_before ? "..." : "") + with_tabs(window.before);
  const std::string number = std::to_string(diagnostic.line);
  text += "\n  " + number + " | " + before + with_tabs(window.after) + (window.cut_after ? "..." : "");
  if (diagnostic.column == 0) return text;
  return text + "\n  " + std::string(number.size(), ' ') + " | " + blank(before) + '^';
}

bool has_errors(const Diagnostics& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& each) { return each.severity == Severity::error; });
}

}  // namespace rehome
