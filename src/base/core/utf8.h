// SPDX-License-Identifier: Apache-2.0
#pragma once
// Well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates). In: bytes from anywhere. Pure functions; any thread.

#include <cstddef>
#include <string_view>

namespace rehome {

struct Utf8Character {
  char32_t code = 0;
  std::size_t size = 0;  // in bytes; 0: no character begins here
};

Utf8Character first_character(std::string_view text);
/// The length of what is well-formed at the beginning.
std::size_t well_formed_size(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace rehome
