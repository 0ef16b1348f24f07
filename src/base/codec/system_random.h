// SPDX-License-Identifier: Apache-2.0
#pragma once
// Cryptographic random numbers: OpenSSL's generator for secrets, seeded by the operating system, one per thread.

#include "base/core/random.h"

namespace rehome {

class SystemRandom final : public Random {
 public:
  /// Throws Error(io) if the system has none to give.
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace rehome
