// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bytes that must not outlive their use: keys, passphrases, password hashes. Wiped when destroyed; moved, never
// copied by accident; never printed.

#include <cstdint>
#include <span>
#include <string_view>

#include "base/core/bytes.h"

namespace rehome {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size) : bytes_(size) {}
  explicit Secret(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret();

  Secret clone() const { return Secret(view()); }
  ByteView view() const { return bytes_; }
  std::span<std::uint8_t> mutable_view() { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  bool empty() const { return bytes_.empty(); }

 private:
  Bytes bytes_;
};

/// Overwrites what was a secret for a moment in a buffer of another kind; no compiler leaves this out.
void wipe(std::span<std::uint8_t> bytes) noexcept;
void wipe(std::span<char> text) noexcept;

}  // namespace rehome
