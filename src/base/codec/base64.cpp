// SPDX-License-Identifier: Apache-2.0
#include "base/codec/base64.h"

#include <cstdint>

namespace rehome {
namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kDigitsInGroup = 4;  // which stand for three bytes

/// Puts the bits of the digits together; false for a stranger among them, or bits that stand for nothing.
bool decode(std::string_view digits, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t done = 0;
  for (const char digit : digits) {
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos) return false;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out[done++] = static_cast<std::uint8_t>(bits >> count);
  }
  return (bits & ((1U << count) - 1)) == 0;
}

}  // namespace

std::string to_base64(ByteView bytes) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6;) text += kDigits[bits >> (count -= 6) & 63];
  }
  if (count > 0) text += kDigits[bits << (6 - count) & 63];
  while (text.size() % kDigitsInGroup != 0) text += '=';
  return text;
}

std::optional<Secret> from_base64(std::string_view text) {
  if (text.size() % kDigitsInGroup != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && text.ends_with('=')) {
    text.remove_suffix(1);
    ++padding;
  }
  Secret bytes(text.size() * 6 / 8);
  if (!decode(text, bytes.mutable_view())) return std::nullopt;
  return bytes;
}

}  // namespace rehome
