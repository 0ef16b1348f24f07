// SPDX-License-Identifier: Apache-2.0
#include "base/codec/secret.h"

#include <sodium.h>
#include <utility>

namespace rehome {

// A moved vector hands over its buffer, so no second copy of the bytes is left behind.
Secret::Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    wipe();
    bytes_ = std::exchange(other.bytes_, {});
  }
  return *this;
}

Secret::~Secret() { wipe(); }

void Secret::wipe() noexcept { sodium_memzero(bytes_.data(), bytes_.size()); }

}  // namespace rehome
