// SPDX-License-Identifier: Apache-2.0
#include "base/machine/account_rules.h"

#include <algorithm>

namespace rehome {

namespace {

bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

bool is_letter_or_digit(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || is_digit(byte);
}

bool is_name_byte(char byte) {
  return is_letter_or_digit(byte) || byte == '_' || byte == '.' || byte == '-' || byte == '@';
}

}  // namespace

bool is_account_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestAccountName) return false;
  if (name.size() > 1 && name.ends_with('$')) name.remove_suffix(1);
  if (!is_letter_or_digit(name[0]) && name[0] != '_') return false;
  return !std::ranges::all_of(name, is_digit) && std::ranges::all_of(name, is_name_byte);
}

bool is_account_text(std::string_view text) {
  return text.size() <= kLongestAccountText && std::ranges::none_of(text, [](char byte) {
           return static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F || byte == ':';
         });
}

bool is_password_hash(std::string_view hash) {
  if (hash.empty() || hash.size() > kLongestAccountText || hash[0] == '!' || hash[0] == '*') return false;
  return std::ranges::all_of(hash, [](char byte) { return byte > 0x20 && byte < 0x7F && byte != ':'; });
}

}  // namespace rehome
