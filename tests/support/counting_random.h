// SPDX-License-Identifier: Apache-2.0
#pragma once
// Random numbers that are the same every time: bytes of a counter, hashed. For golden files and repeatable tests only.

#include <algorithm>
#include <array>

#include "base/codec/hash.h"
#include "base/core/bytes.h"
#include "base/core/locked.h"
#include "base/core/random.h"

namespace rehome::testing {

class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint64_t seed = 0) : count_(seed << 32) {}
  void fill(std::span<std::uint8_t> out) override {
    auto count = count_.lock();
    for (std::size_t done = 0; done < out.size();) {
      Bytes bytes;
      ByteWriter(bytes).u64((*count)++);
      const Digest digest = sha256(bytes);
      const std::size_t length = std::min(digest.size(), out.size() - done);
      std::copy_n(digest.begin(), length, out.begin() + static_cast<std::ptrdiff_t>(done));
      done += length;
    }
  }

 private:
  Locked<std::uint64_t> count_;
};

}  // namespace rehome::testing
