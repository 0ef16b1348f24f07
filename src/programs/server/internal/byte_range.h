// SPDX-License-Identifier: Apache-2.0
#pragma once
// The header field Range (RFC 9110, 14.1.2), of one range of bytes only. In: hostile text. Any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rehome::server {

struct ByteRange {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  bool is_whole = true;  // nothing, or nothing that is understood, was asked for
};

/// nullopt where the content has no such bytes.
std::optional<ByteRange> parse_byte_range(std::string_view field, std::uint64_t size);
/// "bytes 3-6/10"
std::string content_range(const ByteRange& range, std::uint64_t size);

}  // namespace rehome::server
