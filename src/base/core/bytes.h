// SPDX-License-Identifier: Apache-2.0
#pragma once
// Raw bytes, and the little-endian writer and bounds-checked reader with which every binary format of ours is built.

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rehome {

using Bytes = std::vector<std::uint8_t>;
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// Lower-case hexadecimal digits, two per byte.
std::string to_hex(ByteView bytes);
/// The inverse of to_hex. Throws Error(invalid_argument) on an odd length or a stranger among the digits.
Bytes from_hex(std::string_view digits);

/// Appends fixed-width little-endian integers and raw bytes to a buffer it does not own.
class ByteWriter {
 public:
  explicit ByteWriter(Bytes& out) : out_(out) {}
  void u8(std::uint8_t value) { out_.push_back(value); }
  void u16(std::uint16_t value) { append(value, 2); }
  void u32(std::uint32_t value) { append(value, 4); }
  void u64(std::uint64_t value) { append(value, 8); }
  void bytes(ByteView view) { out_.insert(out_.end(), view.begin(), view.end()); }

 private:
  void append(std::uint64_t value, int width) {
    for (int i = 0; i < width; ++i) out_.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  Bytes& out_;
};

/// Reads what ByteWriter wrote. Every read past the end throws Error(corrupt) naming `what`, so hostile lengths are
/// caught here and nowhere else.
class ByteReader {
 public:
  ByteReader(ByteView in, std::string_view what) : in_(in), what_(what) {}
  std::uint8_t u8() { return static_cast<std::uint8_t>(take(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(take(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(take(4)); }
  std::uint64_t u64() { return take(8); }
  /// The next `count` bytes; a view into the input.
  ByteView bytes(std::size_t count);
  std::size_t remaining() const { return in_.size(); }

 private:
  std::uint64_t take(std::size_t width);
  ByteView in_;
  std::string_view what_;
};

}  // namespace rehome
