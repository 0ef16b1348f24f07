// SPDX-License-Identifier: Apache-2.0
#pragma once
// How much memory this process has from its allocator, for tests that hold a stated figure to be true. Address
// sanitizers have allocators of their own, of which this sees nothing: then such a test proves nothing and passes.

#include <cstddef>
#include <malloc.h>

namespace rehome::testing {

inline std::size_t memory_in_use() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

}  // namespace rehome::testing
