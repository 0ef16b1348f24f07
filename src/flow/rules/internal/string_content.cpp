// SPDX-License-Identifier: Apache-2.0
#include "flow/rules/internal/string_content.h"

#include <array>

#include "base/core/error.h"
#include "base/core/words.h"
#include "flow/rules/internal/name_case.h"

namespace rehome::rules {

namespace {

constexpr std::uint32_t kRegText = 1;
constexpr std::uint32_t kRegExpandText = 2;
constexpr std::uint32_t kRegNumber = 4;
constexpr std::uint32_t kRegManyTexts = 7;

constexpr std::size_t kIniBytes = 4 * 1024 * 1024;

void append_utf8(std::string& out, std::uint32_t letter) {
  auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  auto put_tail = [&](unsigned shift) { put(0x80U | (letter >> shift & 0x3FU)); };
  if (letter < 0x80) return put(letter);
  if (letter < 0x800) {
    put(0xC0U | letter >> 6U);
  } else if (letter < 0x10000) {
    put(0xE0U | letter >> 12U);
    put_tail(6);
  } else {
    put(0xF0U | letter >> 18U);
    put_tail(12);
    put_tail(6);
  }
  put_tail(0);
}

/// Up to the first NUL. A surrogate without its other half becomes U+FFFD.
std::string from_utf16le(ByteView data) {
  std::string text;
  auto unit = [&](std::size_t at) { return std::uint32_t{data[at]} | std::uint32_t{data[at + 1]} << 8U; };
  for (std::size_t i = 0; i + 1 < data.size(); i += 2) {
    std::uint32_t letter = unit(i);
    if (letter == 0) break;
    const bool is_high = letter >= 0xD800 && letter < 0xDC00;
    if (is_high && i + 3 < data.size() && unit(i + 2) >= 0xDC00 && unit(i + 2) < 0xE000) {
      letter = 0x10000 + ((letter - 0xD800) << 10U) + (unit(i + 2) - 0xDC00);
      i += 2;
    } else if (letter >= 0xD800 && letter < 0xE000) {
      letter = 0xFFFD;
    }
    append_utf8(text, letter);
  }
  return text;
}

std::optional<std::string> registry_text(Registry* registry, const Account* account, const Pattern& location) {
  const bool of_account = !location.node.empty() && location.node.front().text() == "HKCU";
  if (registry == nullptr || !location.leaf || (of_account && account == nullptr)) return std::nullopt;
  std::string key;
  for (const Glob& name : location.node) key += (key.empty() ? "" : "/") + name.text();
  for (const RegistryValue& value : registry->values(key, account)) {
    if (comparable_name(value.name, MachineFlavour::windows) ==
        comparable_name(location.leaf->text(), MachineFlavour::windows)) {
      return text_of_value(value.type, value.data);
    }
  }
  return std::nullopt;
}

std::optional<std::string> ini_text(Machine& machine, const Pattern& location) {
  const MachinePath path = location.fixed_path(machine.flavour());
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size()) return std::nullopt;
  auto file = machine.files().open(path.substr(0, slash + 1))->open_file(path.substr(slash + 1));
  Bytes content(kIniBytes);
  std::size_t filled = 0;
  while (filled < content.size()) {
    const std::size_t got = file->read_at(filled, std::span(content).subspan(filled));
    if (got == 0) break;
    filled += got;
  }
  content.resize(filled);
  const bool is_utf16 = filled > 1 && content[0] == 0xFF && content[1] == 0xFE;
  const std::string text = is_utf16 ? from_utf16le(ByteView(content).subspan(2)) : std::string(as_text(content));
  return find_in_ini(text, location.section, location.leaf->text());
}

}  // namespace

std::optional<std::string> text_of_value(std::uint32_t type, ByteView data) {
  if (type == kRegText || type == kRegExpandText || type == kRegManyTexts) return from_utf16le(data);
  if (type != kRegNumber || data.size() != sizeof(std::uint32_t)) return std::nullopt;
  return std::to_string(ByteReader(data, "a registry value").u32());
}

std::optional<std::string> find_in_ini(std::string_view text, std::string_view section, std::string_view key) {
  bool inside = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = without_blanks_around(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with('[')) {
      inside = line.ends_with(']') && same_word(without_blanks_around(line.substr(1, line.size() - 2)), section);
      continue;
    }
    const std::size_t equals = line.find('=');
    if (!inside || line.starts_with(';') || equals == std::string_view::npos) continue;
    if (!same_word(without_blanks_around(line.substr(0, equals)), key)) continue;
    const std::string_view value = without_blanks_around(line.substr(equals + 1));
    const bool quoted = value.size() > 1 && value.front() == '"' && value.back() == '"';
    return std::string(quoted ? value.substr(1, value.size() - 2) : value);
  }
  return std::nullopt;
}

std::optional<std::string> string_content(Machine& machine, const Account* account, const Pattern& location) {
  const bool has_stars = location.recursive || location.fixed_components() != location.node.size() ||
                         (location.leaf && !location.leaf->is_literal());
  if (has_stars || location.type == PatternType::file) return std::nullopt;
  try {
    if (location.type == PatternType::registry) return registry_text(machine.registry(), account, location);
    return ini_text(machine, location);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace rehome::rules
