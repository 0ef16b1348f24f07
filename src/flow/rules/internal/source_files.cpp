// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/source_files.h"

#include <algorithm>

namespace rehome::rules {

namespace {

bool is_utf16(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) return true;
  return text.size() > 1 && (text[0] == '\0' || text[1] == '\0');
}

}  // namespace

std::uint32_t SourceFiles::add(std::string name, std::string text) {
  File file{std::move(name), std::move(text), {}};
  if (!is_utf16(file.text)) {
    file.line_starts.push_back(file.text.starts_with("\xEF\xBB\xBF") ? 3 : 0);
    for (std::size_t i = 0; i < file.text.size(); ++i) {
      if (file.text[i] == '\n') file.line_starts.push_back(i + 1);
    }
  }
  files_.push_back(std::move(file));
  return static_cast<std::uint32_t>(files_.size() - 1);
}

std::string_view SourceFiles::line(std::uint32_t file, std::uint32_t number) const {
  const File& source = files_[file];
  if (number == 0 || number > source.line_starts.size()) return {};
  const std::size_t begin = source.line_starts[number - 1];
  const std::size_t end = number < source.line_starts.size() ? source.line_starts[number] - 1 : source.text.size();
  std::string_view line = std::string_view(source.text).substr(begin, std::max(begin, end) - begin);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Place SourceFiles::inside(Place start, std::string_view text, std::size_t offset) const {
  Place place = start;
  for (std::size_t i = 0; i < std::min(offset, text.size()); ++i) {
    const std::string_view source = line(place.file, place.line);
    const bool ends_line = text[i] == '\n';
    const bool same = ends_line ? place.column == source.size() + 1
                                : place.column <= source.size() && source[place.column - 1] == text[i];
    if (!same) return start;
    if (ends_line) {
      ++place.line;
      place.column = 1;
    } else {
      ++place.column;
    }
  }
  return place;
}

}  // namespace rehome::rules
