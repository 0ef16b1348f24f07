// SPDX-License-Identifier: Apache-2.0
#include "model/outcome.h"

#include <array>
#include <cstddef>

namespace rehome {

std::string_view name_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::unreadable:
      return "unreadable";
    case FindingKind::changed:
      return "changed";
    case FindingKind::vanished:
      return "vanished";
    case FindingKind::damaged:
      return "damaged";
    case FindingKind::not_restored:
      return "not_restored";
    case FindingKind::refused:
      return "refused";
    case FindingKind::renamed:
      return "renamed";
    case FindingKind::metadata_lost:
      return "metadata_lost";
    case FindingKind::not_supported:
      return "not_supported";
    case FindingKind::left_out:
      return "left_out";
    case FindingKind::left_behind:
      return "left_behind";
    case FindingKind::account:
      return "account";
    case FindingKind::hazard:
      return "hazard";
    case FindingKind::skipped_command:
      return "skipped_command";
    case FindingKind::copied:
      return "copied";
  }
  return "unknown";
}

FindingLevel level_of(FindingKind kind) {
  switch (kind) {
    case FindingKind::renamed:
    case FindingKind::left_out:
    case FindingKind::left_behind:
    case FindingKind::account:
    case FindingKind::hazard:
    case FindingKind::skipped_command:
    case FindingKind::copied:
      return FindingLevel::note;
    case FindingKind::vanished:
    case FindingKind::refused:
    case FindingKind::metadata_lost:
    case FindingKind::not_supported:
      return FindingLevel::loss;
    case FindingKind::unreadable:
    case FindingKind::changed:
    case FindingKind::damaged:
    case FindingKind::not_restored:
      return FindingLevel::error;
  }
  // A kind of a newer program, read from its catalog: nobody may overlook it.
  return FindingLevel::error;
}

void FindingCounts::add(FindingKind kind) {
  switch (level_of(kind)) {
    case FindingLevel::note:
      ++notes;
      break;
    case FindingLevel::loss:
      ++losses;
      break;
    case FindingLevel::error:
      ++errors;
      break;
  }
}

namespace {

/// By length in bytes: what is below it must be written shorter.
constexpr std::array<char32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
constexpr std::string_view kHexDigits = "0123456789abcdef";

struct Character {
  char32_t code = 0;
  std::size_t length = 0;  // in bytes; 0: no valid UTF-8
};

/// The character that `text`, which is not empty, begins with (RFC 3629: no overlong forms, no surrogates).
Character first_character(std::string_view text) {
  auto lead = static_cast<unsigned char>(text[0]);
  if (lead < 0x80U) return {lead, 1};
  const std::size_t length = lead >= 0xF0U ? 4 : lead >= 0xE0U ? 3 : 2;
  if (lead < 0xC2U || lead > 0xF4U || text.size() < length) return {};
  char32_t code = lead & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte & 0x3FU);
  }
  if (code < kSmallest[length] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return {};
  return {code, length};
}

/// Characters that a terminal obeys instead of showing them: C0, DEL, C1, line separators, and those that turn the
/// direction of writing, with which a name can look like another one.
bool is_control(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x200E || code == 0x200F ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

void append_escaped(std::string& out, std::string_view bytes) {
  for (const char each : bytes) {
    auto byte = static_cast<unsigned char>(each);
    if (byte == '\n') {
      out += "\\n";
    } else {
      out += {'\\', 'x', kHexDigits[byte >> 4U], kHexDigits[byte & 0xFU]};
    }
  }
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    const Character character = first_character(bytes);
    const std::string_view encoded = bytes.substr(0, character.length == 0 ? 1 : character.length);
    if (character.length == 0 || is_control(character.code)) {
      append_escaped(out, encoded);
    } else {
      out += encoded;
    }
    bytes.remove_prefix(encoded.size());
  }
  return out;
}

}  // namespace rehome
