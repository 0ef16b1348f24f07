// SPDX-License-Identifier: Apache-2.0
#pragma once
// Texts that people and computers give the site: checked when they come in, compared in either case.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace rehome::site {

/// A to Z as a to z; everything else stays what it is.
std::string fold_case(std::string_view text);

/// For LIKE … ESCAPE '\' on folded text: holds `part` anywhere.
std::string pattern_of(std::string_view part);

/// Error(invalid_argument) for an empty text, one of more than 255 bytes, one that is not UTF-8, or one with control
/// characters.
void check_name(std::string_view text, std::string_view what);
/// The same without the lower limit, and up to 4096 bytes.
void check_note(std::string_view text, std::string_view what);
/// Text of a computer or agent for the records: control characters become spaces, what is no UTF-8 question marks; at
/// most `limit` bytes, and no part of a character.
std::string tidy_text(std::string_view text, std::size_t limit = 1024);

/// "a, b and c".
std::string join_and(std::span<const std::string> parts);

}  // namespace rehome::site
