// SPDX-License-Identifier: Apache-2.0
#pragma once
// Well-formed UTF-8 (RFC 3629): PostgreSQL takes no other text.

#include <cstddef>
#include <string_view>

namespace rehome::site {

/// Bytes of the character at the start of `text`; 0 where it is not well-formed, or nothing is there.
std::size_t character_size(std::string_view text);
bool is_utf8(std::string_view text);

}  // namespace rehome::site
