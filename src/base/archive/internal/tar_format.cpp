// SPDX-License-Identifier: Apache-2.0
#include "base/archive/internal/tar_format.h"

#include <algorithm>
#include <charconv>

namespace rehome::archive {

namespace {

constexpr std::size_t kNanosecondDigits = 9;
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::string_view kUstarMagic{"ustar\0", 6};

std::optional<std::int64_t> binary_number(ByteView field) {
  // The first bit says that it is binary, the second one is the sign.
  const bool is_negative = (field[0] & 0x40) != 0;
  std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < field.size(); ++i) {
    const std::uint8_t byte = i == 0 ? static_cast<std::uint8_t>(is_negative ? field[0] : field[0] & 0x3F) : field[i];
    const std::uint64_t lost = value >> 56;
    if (lost != (is_negative ? 0xFFU : 0U)) return std::nullopt;
    value = value << 8 | byte;
  }
  return static_cast<std::int64_t>(value);
}

}  // namespace

std::string tar_text(const TarBlock& block, TarField field) {
  const auto begin = block.begin() + static_cast<std::ptrdiff_t>(field.offset);
  const auto end = begin + static_cast<std::ptrdiff_t>(field.length);
  return {begin, std::find(begin, end, std::uint8_t{0})};
}

std::optional<std::int64_t> tar_number(const TarBlock& block, TarField field) {
  const ByteView bytes = ByteView(block).subspan(field.offset, field.length);
  if ((bytes[0] & 0x80) != 0) return binary_number(bytes);
  std::string text = tar_text(block, field);
  std::erase(text, ' ');
  if (text.empty()) return 0;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 8);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

bool is_zero(const TarBlock& block) {
  return std::ranges::all_of(block, [](std::uint8_t byte) { return byte == 0; });
}

bool has_right_checksum(const TarBlock& block) {
  std::int64_t as_unsigned = 0;
  std::int64_t as_signed = 0;  // some old programs added signed bytes
  for (std::size_t i = 0; i < block.size(); ++i) {
    const bool is_checksum = i >= kTarChecksum.offset && i < kTarChecksum.offset + kTarChecksum.length;
    const std::uint8_t byte = is_checksum ? std::uint8_t{' '} : block[i];
    as_unsigned += byte;
    as_signed += static_cast<std::int8_t>(byte);
  }
  const std::optional<std::int64_t> said = tar_number(block, kTarChecksum);
  return said == as_unsigned || said == as_signed;
}

bool is_ustar(const TarBlock& block) {
  return as_text(ByteView(block).subspan(kTarMagic.offset, kTarMagic.length)) == kUstarMagic;
}

std::optional<PaxRecords> parse_pax(std::string_view text) {
  PaxRecords records;
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::optional<std::uint64_t> length = parse_digits(text.substr(0, blank));
    if (!length || *length > text.size() || *length < blank + 2 || text[*length - 1] != '\n') return std::nullopt;
    const std::string_view record = text.substr(blank + 1, *length - blank - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    records.emplace_back(record.substr(0, equals), record.substr(equals + 1));
    text.remove_prefix(*length);
  }
  return records;
}

const std::string* find_pax(const PaxRecords& records, std::string_view key) {
  const std::string* found = nullptr;
  for (const auto& [name, value] : records) {
    if (name == key) found = &value;
  }
  return found;
}

std::optional<std::uint64_t> parse_digits(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Timestamp> parse_pax_time(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::optional<std::uint64_t> whole = parse_digits(text.substr(0, point));
  if (!whole || *whole > std::uint64_t{INT64_MAX}) return std::nullopt;
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  fraction.resize(kNanosecondDigits, '0');
  const std::optional<std::uint64_t> part = parse_digits(fraction);
  if (!part) return std::nullopt;
  Timestamp time{.seconds = static_cast<std::int64_t>(*whole), .nanoseconds = static_cast<std::uint32_t>(*part)};
  if (!is_negative) return time;
  time.seconds = -time.seconds;
  if (time.nanoseconds == 0) return time;
  return Timestamp{.seconds = time.seconds - 1,
                   .nanoseconds = static_cast<std::uint32_t>(kNanosecondsPerSecond - time.nanoseconds)};
}

}  // namespace rehome::archive
