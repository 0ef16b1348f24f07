// SPDX-License-Identifier: Apache-2.0
#include "base/core/utf8.h"

#include <array>

namespace rehome {

namespace {

/// By size in bytes: what is below it must be written shorter.
constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};

}  // namespace

Utf8Character first_character(std::string_view text) {
  if (text.empty()) return {};
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80U) return {lead, 1};
  const std::size_t size = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < size) return {};
  char32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte & 0x3FU);
  }
  if (code < kSmallest[size] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, size};
}

std::size_t well_formed_size(std::string_view text) {
  std::size_t at = 0;
  while (const std::size_t size = first_character(text.substr(at)).size) at += size;
  return at;
}

bool is_utf8(std::string_view text) { return well_formed_size(text) == text.size(); }

}  // namespace rehome
