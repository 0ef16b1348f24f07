// SPDX-License-Identifier: Apache-2.0
#include "base/codec/internal/xml_positions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rehome {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kCdataStart = "<![CDATA[";
constexpr std::string_view kCdataEnd = "]]>";

/// The offset after the next `what`, or the end.
std::size_t after(std::string_view source, std::string_view what, std::size_t from) {
  const std::size_t found = source.find(what, from);
  return found == std::string_view::npos ? source.size() : found + what.size();
}

/// The offset after a comment or processing instruction that starts at `at`; nothing when none does.
std::optional<std::size_t> after_remark(std::string_view source, std::size_t at) {
  const std::string_view rest = source.substr(at);
  if (rest.starts_with("<!--")) return after(source, "-->", at + 4);
  if (rest.starts_with("<?")) return after(source, "?>", at + 2);
  return std::nullopt;
}

/// The offset of the next attribute's name, with `at` moved past its value; nothing at the end of the tag.
std::optional<std::size_t> next_attribute(std::string_view source, std::size_t& at) {
  const std::size_t name = source.find_first_not_of(kBlanks, at);
  if (name == std::string_view::npos) return std::nullopt;
  at = name;
  if (source[name] == '>' || source[name] == '/') return std::nullopt;
  const std::size_t quote = source.find_first_of("\"'", source.find('=', name));
  if (quote == std::string_view::npos) return std::nullopt;
  at = after(source, source.substr(quote, 1), quote + 1);
  return name;
}

/// The offset after the name of the tag at `tag`.
std::size_t after_name(std::string_view source, std::size_t tag) {
  return std::min(source.find_first_of(" \t\r\n/>", tag), source.size());
}

/// Whether "&#..;" at the start of `reference` means a blank.
bool is_blank_reference(std::string_view reference) {
  const bool is_hexadecimal = reference.starts_with("&#x");
  const std::string_view digits = reference.substr(is_hexadecimal ? 3 : 2);
  unsigned point = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), point, is_hexadecimal ? 16 : 10);
  return failure == std::errc{} && end != digits.data() + digits.size() && *end == ';' && point < 0x80 &&
         kBlanks.find(static_cast<char>(point)) != std::string_view::npos;
}

}  // namespace

XmlPosition XmlPositions::at(std::size_t offset) {
  offset = std::min(offset, source_.size());
  if (offset < counted_) *this = XmlPositions(source_);
  for (;;) {
    const std::size_t line_break = source_.substr(0, offset).find('\n', counted_);
    if (line_break == std::string_view::npos) break;
    ++line_;
    line_start_ = counted_ = line_break + 1;
  }
  counted_ = offset;
  return {.line = line_, .column = static_cast<std::uint32_t>(offset - line_start_ + 1)};
}

XmlTagShape shape_of_tag(std::string_view source, std::size_t tag) {
  XmlTagShape shape;
  std::size_t at = after_name(source, tag);
  while (const auto name = next_attribute(source, at)) shape.attributes.push_back(*name);
  shape.end = after(source, ">", at);
  return shape;
}

std::optional<std::size_t> find_overfull_tag(std::string_view source, std::size_t most) {
  std::size_t at = 0;
  while ((at = source.find('<', at)) != std::string_view::npos) {
    if (const auto end = after_remark(source, at)) {
      at = *end;
    } else if (source.substr(at).starts_with(kCdataStart)) {
      at = after(source, kCdataEnd, at);
    } else {
      const std::size_t tag = at;
      at = after_name(source, tag);
      for (std::size_t count = 0; next_attribute(source, at); ++count) {
        if (count == most) return tag;
      }
    }
  }
  return std::nullopt;
}

std::size_t find_text(std::string_view source, std::size_t from) {
  bool in_cdata = false;
  std::size_t at = from;
  while (at < source.size()) {
    const std::string_view rest = source.substr(at);
    if (kBlanks.find(rest.front()) != std::string_view::npos) {
      ++at;
    } else if (in_cdata) {
      if (!rest.starts_with(kCdataEnd)) return at;
      in_cdata = false;
      at += kCdataEnd.size();
    } else if (rest.starts_with(kCdataStart)) {
      in_cdata = true;
      at += kCdataStart.size();
    } else if (const auto end = after_remark(source, at)) {
      at = *end;
    } else if (rest.starts_with("&#") && is_blank_reference(rest)) {
      at = after(source, ";", at);
    } else {
      return at;
    }
  }
  return from;
}

}  // namespace rehome
