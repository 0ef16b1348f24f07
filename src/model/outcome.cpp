// SPDX-License-Identifier: Apache-2.0
#include "model/outcome.h"

#include "base/core/utf8.h"

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

constexpr std::string_view kHexDigits = "0123456789abcdef";

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
    const Utf8Character character = first_character(bytes);
    const std::string_view encoded = bytes.substr(0, character.size == 0 ? 1 : character.size);
    if (character.size == 0 || is_control(character.code)) {
      append_escaped(out, encoded);
    } else {
      out += encoded;
    }
    bytes.remove_prefix(encoded.size());
  }
  return out;
}

}  // namespace rehome
