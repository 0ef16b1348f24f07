// SPDX-License-Identifier: Apache-2.0
#pragma once
// Words of languages whose words are compared without case, in ASCII: migration rules, variables of task sequences.

#include <map>
#include <string>
#include <string_view>

namespace rehome {

char lower_byte(char byte);
bool same_word(std::string_view a, std::string_view b);
std::string lower_word(std::string_view word);

/// For maps by such words; the key keeps the spelling of its first use.
struct WordLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
template <typename T>
using WordMap = std::map<std::string, T, WordLess>;

constexpr std::string_view kBlanks = " \t\r\n";
std::string_view without_blanks_around(std::string_view text);

}  // namespace rehome
