// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/byte_range.h"

#include <algorithm>
#include <charconv>

namespace rehome::server {
namespace {

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::optional<ByteRange> parse_byte_range(std::string_view field, std::uint64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  const ByteRange whole{.offset = 0, .length = size, .is_whole = true};
  if (!field.starts_with(kUnit)) return whole;
  field.remove_prefix(kUnit.size());
  const std::size_t dash = field.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = parse_number(field.substr(0, dash));
  const auto last = parse_number(field.substr(dash + 1));
  const bool is_open = dash + 1 == field.size();
  if (dash == 0 && last) {  // the last bytes
    if (*last == 0 || size == 0) return std::nullopt;
    const std::uint64_t length = std::min(*last, size);
    return ByteRange{.offset = size - length, .length = length, .is_whole = false};
  }
  if (!first || (!last && !is_open) || (last && *last < *first)) return whole;
  if (*first >= size) return std::nullopt;
  const std::uint64_t end = is_open ? size - 1 : std::min(*last, size - 1);
  return ByteRange{.offset = *first, .length = end - *first + 1, .is_whole = false};
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return "bytes " + std::to_string(range.offset) + "-" + std::to_string(range.offset + range.length - 1) + "/" +
         std::to_string(size);
}

}  // namespace rehome::server
