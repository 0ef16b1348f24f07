// SPDX-License-Identifier: Apache-2.0
#pragma once
// How far a long piece of work is. Stages count up from many threads; the program's reporter looks whenever it likes.

#include <atomic>
#include <cstdint>

#include "model/location.h"

namespace rehome {

struct Progress {
  std::atomic<std::uint64_t> objects{0};
  std::atomic<std::uint64_t> bytes{0};             // of content, without holes
  std::atomic<std::uint64_t> expected_objects{0};  // 0: not known
  std::atomic<std::uint64_t> expected_bytes{0};
  std::atomic<AccountNumber> account{kSystemAccount};  // whose objects are being worked on
  std::atomic<bool> cancelled{false};  // set by the program; stages stop with Error(cancelled) at the next object
};

}  // namespace rehome
