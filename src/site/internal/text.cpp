// SPDX-License-Identifier: Apache-2.0
#include "site/internal/text.h"

#include <algorithm>

#include "base/core/error.h"
#include "base/core/utf8.h"
#include "model/outcome.h"

namespace rehome::site {

namespace {

bool is_control(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return byte < 0x20 || byte == 0x7f;
}

void check_text(std::string_view text, std::string_view what, std::size_t limit) {
  if (text.size() > limit) {
    throw Error(ErrorCode::invalid_argument, std::string(what) + " has more than " + std::to_string(limit) + " bytes");
  }
  if (!is_utf8(text)) throw Error(ErrorCode::invalid_argument, std::string(what) + " is not UTF-8");
  if (std::ranges::any_of(text, is_control) || printable(text) != text) {
    throw Error(ErrorCode::invalid_argument, std::string(what) + " has control characters in it");
  }
}

}  // namespace

std::string fold_case(std::string_view text) {
  std::string folded(text);
  for (char& character : folded) {
    if (character >= 'A' && character <= 'Z') character = static_cast<char>(character - 'A' + 'a');
  }
  return folded;
}

std::string pattern_of(std::string_view part) {
  std::string pattern = "%";
  for (const char character : fold_case(part)) {
    if (character == '%' || character == '_' || character == '\\') pattern += '\\';
    pattern += character;
  }
  return pattern + '%';
}

void check_name(std::string_view text, std::string_view what) {
  if (text.empty()) throw Error(ErrorCode::invalid_argument, std::string(what) + " is empty");
  check_text(text, what, 255);
}

void check_note(std::string_view text, std::string_view what) { check_text(text, what, 4096); }

std::string tidy_text(std::string_view text, std::size_t limit) {
  std::string tidy;
  while (!text.empty()) {
    const std::size_t size = first_character(text).size;
    const std::string_view next = size == 0 ? "?" : text.substr(0, size);
    const std::string shown = printable(next);  // what turns the direction of writing, and its like
    if (tidy.size() + shown.size() > limit) break;
    tidy += is_control(next.front()) ? " " : shown;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return tidy;
}

std::string join_and(std::span<const std::string> parts) {
  std::string joined;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    if (at > 0) joined += at + 1 == parts.size() ? " and " : ", ";
    joined += parts[at];
  }
  return joined;
}

}  // namespace rehome::site
