// SPDX-License-Identifier: Apache-2.0
#pragma once
// Comparing without case: the words of the rule language (ASCII), and names on Windows machines (UTF-8).

#include <map>
#include <string>
#include <string_view>

#include "base/machine/machine.h"

namespace rehome::rules {

/// Words of the language: elements, attributes, values, helpers, variables.
bool same_word(std::string_view a, std::string_view b);
std::string lower_word(std::string_view word);
/// For maps by such words; the key keeps the spelling of its first use.
struct WordLess {
  using is_transparent = void;
  bool operator()(std::string_view a, std::string_view b) const;
};
template <typename T>
using WordMap = std::map<std::string, T, WordLess>;

/// A name in the form in which names of this kind of machine are compared: unchanged on Linux; on Windows with the
/// letters that have a simple lower-case form (Latin, Greek, Cyrillic, Armenian) replaced by it. Bytes that are no
/// UTF-8 stay as they are.
std::string comparable_name(std::string_view name, MachineFlavour flavour);

}  // namespace rehome::rules
