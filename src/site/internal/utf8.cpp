// SPDX-License-Identifier: Apache-2.0
#include "site/internal/utf8.h"

#include <cstdint>

namespace rehome::site {

namespace {

/// First byte of a character, and what its second byte may be; the others are 0x80 to 0xbf.
struct Form {
  std::uint8_t first, last;
  std::size_t size;
  std::uint8_t lowest_second = 0x80, highest_second = 0xbf;
};
constexpr Form kForms[] = {{0x00, 0x7f, 1},
                           {0xc2, 0xdf, 2},
                           {0xe0, 0xe0, 3, 0xa0, 0xbf},
                           {0xe1, 0xec, 3},
                           {0xed, 0xed, 3, 0x80, 0x9f},
                           {0xee, 0xef, 3},
                           {0xf0, 0xf0, 4, 0x90, 0xbf},
                           {0xf1, 0xf3, 4},
                           {0xf4, 0xf4, 4, 0x80, 0x8f}};

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

bool has_form(std::string_view text, const Form& form) {
  if (byte_at(text, 0) < form.first || byte_at(text, 0) > form.last || text.size() < form.size) return false;
  for (std::size_t at = 1; at < form.size; ++at) {
    const std::uint8_t lowest = at == 1 ? form.lowest_second : 0x80;
    const std::uint8_t highest = at == 1 ? form.highest_second : 0xbf;
    if (byte_at(text, at) < lowest || byte_at(text, at) > highest) return false;
  }
  return true;
}

}  // namespace

std::size_t character_size(std::string_view text) {
  if (text.empty()) return 0;
  for (const Form& form : kForms) {
    if (has_form(text, form)) return form.size;
  }
  return 0;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t size = character_size(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

}  // namespace rehome::site
