// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/internal/content_digest.h"

namespace rehome::transport {
namespace {

constexpr std::string_view kAlgorithm = "sha-256=:";
constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kTextLength = 44;  // of 32 bytes in Base64, with one '='

std::string to_base64(const Digest& digest) {
  std::string text;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : digest) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) text += kDigits[bits >> (count - 6) & 63];
  }
  return text + kDigits[bits << (6 - count) & 63] + "=";
}

std::optional<Digest> from_base64(std::string_view text) {
  Digest digest{};
  std::uint32_t bits = 0;
  int count = 0;
  std::size_t done = 0;
  for (const char digit : text.substr(0, kTextLength - 1)) {
    const std::size_t value = kDigits.find(digit);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    digest[done++] = static_cast<std::uint8_t>(bits >> count);
  }
  return digest;
}

}  // namespace

std::string content_digest(const Digest& digest) { return std::string(kAlgorithm) + to_base64(digest) + ":"; }

std::optional<Digest> parse_content_digest(std::string_view field) {
  const std::size_t start = field.find(kAlgorithm);
  if (start == std::string_view::npos) return std::nullopt;
  field.remove_prefix(start + kAlgorithm.size());
  if (field.size() <= kTextLength || field[kTextLength - 1] != '=' || field[kTextLength] != ':') return std::nullopt;
  return from_base64(field);
}

}  // namespace rehome::transport
