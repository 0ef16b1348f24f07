// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/xml_source.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/codec/internal/xml_positions.h"

namespace rehome {
namespace {

using namespace std::string_view_literals;

enum class Form { utf8, utf16_little, utf16_big };

constexpr std::array<std::pair<std::string_view, Form>, 3> kMarks = {
    {{"\xEF\xBB\xBF"sv, Form::utf8}, {"\xFF\xFE"sv, Form::utf16_little}, {"\xFE\xFF"sv, Form::utf16_big}}};

/// Which form the bytes have, by the byte order mark, which is taken off, or else by the first '<'.
Form take_form(std::string_view& document) {
  for (const auto& [mark, form] : kMarks) {
    if (document.starts_with(mark)) {
      document.remove_prefix(mark.size());
      return form;
    }
  }
  if (document.starts_with("<\0"sv)) return Form::utf16_little;
  if (document.starts_with("\0<"sv)) return Form::utf16_big;
  return Form::utf8;
}

void append_utf8(std::string& out, std::uint32_t point) {
  const auto tail = [point](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3F)); };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += {static_cast<char>(0xC0 | point >> 6), tail(0)};
  } else if (point < 0x10000) {
    out += {static_cast<char>(0xE0 | point >> 12), tail(6), tail(0)};
  } else {
    out += {static_cast<char>(0xF0 | point >> 18), tail(12), tail(6), tail(0)};
  }
}

bool is_high_surrogate(std::uint32_t unit) { return (unit & 0xFC00) == 0xD800; }
bool is_low_surrogate(std::uint32_t unit) { return (unit & 0xFC00) == 0xDC00; }

/// What could be read up to a lone surrogate or a lone last byte; `whole` says whether that was everything.
struct Conversion {
  std::string text;
  bool whole = false;
};

Conversion from_utf16(std::string_view bytes, Form form) {
  const std::size_t low = form == Form::utf16_little ? 0 : 1;
  const auto unit_at = [&](std::size_t at) -> std::uint32_t {
    return static_cast<std::uint8_t>(bytes[at + low]) | std::uint32_t{static_cast<std::uint8_t>(bytes[at + 1 - low])}
                                                            << 8;
  };
  Conversion out;
  out.text.reserve(bytes.size() / 2);
  std::size_t at = 0;
  while (at + 2 <= bytes.size()) {
    std::uint32_t point = unit_at(at);
    at += 2;
    if (is_low_surrogate(point)) return out;
    if (is_high_surrogate(point)) {
      if (at + 2 > bytes.size() || !is_low_surrogate(unit_at(at))) return out;
      point = 0x10000 + ((point & 0x3FF) << 10) + (unit_at(at) & 0x3FF);
      at += 2;
    }
    append_utf8(out.text, point);
  }
  out.whole = at == bytes.size();
  return out;
}

/// The bytes of the UTF-8 sequence (RFC 3629) at the start of `rest`; 0 when there is none.
std::size_t sequence_length(std::string_view rest) {
  const auto byte = [rest](std::size_t i) { return i < rest.size() ? static_cast<std::uint8_t>(rest[i]) : 0U; };
  const auto between = [&byte](std::size_t i, unsigned least, unsigned most) {
    return byte(i) >= least && byte(i) <= most;
  };
  const auto tail = [&between](std::size_t i) { return between(i, 0x80, 0xBF); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return tail(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    // No overlong forms, and no surrogates.
    const bool second = between(1, lead == 0xE0 ? 0xA0 : 0x80, lead == 0xED ? 0x9F : 0xBF);
    return second && tail(2) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool second = between(1, lead == 0xF0 ? 0x90 : 0x80, lead == 0xF4 ? 0x8F : 0xBF);
    return second && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

std::optional<std::size_t> first_invalid_byte(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = text[at] == '\0' ? 0 : sequence_length(text.substr(at));
    if (length == 0) return at;
    at += length;
  }
  return std::nullopt;
}

constexpr std::string_view kEncoding = "encoding";

/// Where the value of `encoding` stands in the XML declaration, and how long it is. Whether the declaration is written
/// as it should be is libxml2's to say.
std::optional<std::pair<std::size_t, std::size_t>> declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return std::nullopt;
  const std::string_view declaration = text.substr(0, text.find("?>"));
  const std::size_t name = declaration.find(kEncoding);
  if (name == std::string_view::npos) return std::nullopt;
  const std::size_t start = declaration.find_first_not_of(" \t\r\n=", name + kEncoding.size());
  if (start == std::string_view::npos || (declaration[start] != '"' && declaration[start] != '\'')) return std::nullopt;
  const std::size_t end = declaration.find(declaration[start], start + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return std::pair{start + 1, end - start - 1};
}

constexpr std::array<std::string_view, 5> kUnicode = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII"};
constexpr std::array<std::string_view, 2> kLatin = {"ISO-8859-1", "WINDOWS-1252"};

template <std::size_t count>
bool is_one_of(const std::array<std::string_view, count>& names, std::string_view encoding) {
  const auto same = [](char a, char b) { return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b; };
  return std::ranges::any_of(names, [&](std::string_view name) { return std::ranges::equal(encoding, name, same); });
}

/// 0x80 to 0x9F of Windows-1252; ISO-8859-1 has control characters there that no text holds, so files that claim to be
/// that and use them are Windows-1252 too.
constexpr std::array<std::uint16_t, 32> kWindows1252 = {0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,   0x017D, 0x8F,
                                                        0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

std::string from_latin(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  for (const char each : bytes) {
    const auto byte = static_cast<std::uint8_t>(each);
    append_utf8(text, byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80] : byte);
  }
  return text;
}

std::unexpected<XmlProblem> problem_at(std::string_view text, std::size_t offset, std::string message) {
  return std::unexpected(XmlProblem{.position = XmlPositions(text).at(offset), .message = std::move(message)});
}

}  // namespace

std::expected<std::string, XmlProblem> utf8_source_of(std::string_view document) {
  const Form form = take_form(document);
  std::string text;
  if (form == Form::utf8) {
    const auto value = declared_encoding(document);
    const bool is_latin = value && is_one_of(kLatin, document.substr(value->first, value->second));
    text = is_latin ? from_latin(document) : std::string(document);
  } else {
    Conversion converted = from_utf16(document, form);
    text = std::move(converted.text);
    if (!converted.whole) return problem_at(text, text.size(), "half a UTF-16 character");
  }
  const auto invalid = first_invalid_byte(text);
  // The declaration itself may be what cannot be read.
  const auto value = declared_encoding(text);
  if (value && (!invalid || *invalid > value->first + value->second)) {
    const std::string encoding = text.substr(value->first, value->second);
    if (!is_one_of(kUnicode, encoding) && !is_one_of(kLatin, encoding)) {
      return problem_at(text, value->first, "encoding '" + encoding + "' is not supported, save the file as UTF-8");
    }
  }
  if (invalid) {
    return problem_at(text, *invalid, text[*invalid] == '\0' ? "a NUL byte" : "these bytes are not UTF-8");
  }
  return text;
}

}  // namespace rehome
