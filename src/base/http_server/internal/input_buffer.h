// SPDX-License-Identifier: Apache-2.0
#pragma once
// What came over a connection and was not taken yet: of bounded size, and without memory while nothing is there. One
// thread at a time.

#include <algorithm>
#include <span>
#include <utility>

#include "base/core/bytes.h"

namespace rehome::http {

class InputBuffer {
 public:
  explicit InputBuffer(std::size_t capacity) : capacity_(capacity) {}

  ByteView bytes() const { return ByteView(bytes_).subspan(start_, end_ - start_); }
  bool is_empty() const { return start_ == end_; }
  bool is_full() const { return end_ - start_ == capacity_; }

  void take(std::size_t count) {
    start_ += count;
    if (is_empty()) start_ = end_ = 0;
  }
  /// Where the next bytes go: not empty unless it is full.
  std::span<std::uint8_t> room() {
    bytes_.resize(capacity_);
    if (start_ > 0) {
      std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(start_),
                bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
      end_ -= std::exchange(start_, 0);
    }
    return std::span(bytes_).subspan(end_);
  }
  void added(std::size_t count) { end_ += count; }
  /// Gives its memory back where it is empty.
  void rest() {
    if (is_empty()) Bytes().swap(bytes_);
  }

 private:
  std::size_t capacity_;
  Bytes bytes_;
  std::size_t start_ = 0;
  std::size_t end_ = 0;
};

}  // namespace rehome::http
