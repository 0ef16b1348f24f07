// SPDX-License-Identifier: Apache-2.0
#include "sequence/internal/source_text.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rehome::sequence {

std::string_view SourceText::line(std::uint32_t number) const {
  std::string_view rest = text_;
  for (std::uint32_t skipped = 1; skipped < number; ++skipped) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return {};
    rest.remove_prefix(end + 1);
  }
  std::string_view line = rest.substr(0, rest.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void SourceText::say(Severity severity, Place place, std::string message) {
  said_.push_back({.severity = severity,
                   .file = file_,
                   .line = place.line,
                   .column = place.column,
                   .message = std::move(message),
                   .source_line = std::string(line(place.line))});
}

Diagnostics SourceText::take() {
  const auto place = [](const Diagnostic& one) { return std::tie(one.line, one.column, one.message); };
  std::ranges::sort(said_, {}, place);
  const auto repeated = std::ranges::unique(said_, {}, place);
  said_.erase(repeated.begin(), repeated.end());
  return std::exchange(said_, {});
}

}  // namespace rehome::sequence
