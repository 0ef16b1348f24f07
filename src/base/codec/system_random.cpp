// SPDX-License-Identifier: Apache-2.0
#include "base/codec/system_random.h"

#include <algorithm>
#include <openssl/rand.h>

#include "base/core/error.h"

namespace rehome {
namespace {

constexpr std::size_t kLargestPiece = std::size_t{1} << 20;  // OpenSSL counts in int

}  // namespace

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const std::size_t piece = std::min(out.size(), kLargestPiece);
    if (RAND_priv_bytes(out.data(), static_cast<int>(piece)) != 1) {
      throw Error(ErrorCode::io, "the operating system gave no random numbers");
    }
    out = out.subspan(piece);
  }
}

}  // namespace rehome
