// SPDX-License-Identifier: Apache-2.0
#include "base/core/bytes.h"

#include "base/core/error.h"

namespace rehome {

std::string to_hex(ByteView bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

namespace {

std::uint8_t digit_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  throw Error(ErrorCode::invalid_argument, "not a hexadecimal digit in a value that must be hexadecimal");
}

}  // namespace

Bytes from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) {
    throw Error(ErrorCode::invalid_argument, "a hexadecimal value has an odd number of digits");
  }
  Bytes bytes;
  bytes.reserve(digits.size() / 2);
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(digit_value(digits[i]) << 4 | digit_value(digits[i + 1])));
  }
  return bytes;
}

ByteView ByteReader::bytes(std::size_t count) {
  if (count > in_.size()) {
    throw Error(ErrorCode::corrupt, std::string(what_) + " ends before all of it was read");
  }
  const ByteView view = in_.first(count);
  in_ = in_.subspan(count);
  return view;
}

std::uint64_t ByteReader::take(std::size_t width) {
  const ByteView view = bytes(width);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value |= std::uint64_t{view[i]} << (8 * i);
  return value;
}

}  // namespace rehome
