// SPDX-License-Identifier: Apache-2.0
#include "base/codec/secret.h"

#include <sodium.h>
#include <utility>

namespace rehome {

// A moved vector hands over its buffer, so no second copy of the bytes is left behind.
Secret::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe(bytes_);
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

Secret::~Secret() { wipe(bytes_); }

void wipe(std::span<std::uint8_t> bytes) noexcept { sodium_memzero(bytes.data(), bytes.size()); }
void wipe(std::span<char> text) noexcept { sodium_memzero(text.data(), text.size()); }

}  // namespace rehome
