// SPDX-License-Identifier: Apache-2.0
#include "base/core/words.h"

#include <algorithm>

namespace rehome {

char lower_byte(char byte) { return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte; }

bool same_word(std::string_view a, std::string_view b) { return std::ranges::equal(a, b, {}, lower_byte, lower_byte); }

bool WordLess::operator()(std::string_view a, std::string_view b) const {
  return std::ranges::lexicographical_compare(a, b, {}, lower_byte, lower_byte);
}

std::string lower_word(std::string_view word) {
  std::string lower(word);
  std::ranges::transform(lower, lower.begin(), lower_byte);
  return lower;
}

std::string_view without_blanks_around(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

}  // namespace rehome
