// SPDX-License-Identifier: Apache-2.0
#include "base/core/platform/memory.h"

#include <malloc.h>

namespace rehome::platform {

namespace {
constexpr int kLargestKeptBuffer = 32 << 20;  // bytes; the most that glibc allows
constexpr int kLargestKeptHeap = 1 << 30;     // bytes
}  // namespace

void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, kLargestKeptBuffer);
  mallopt(M_TRIM_THRESHOLD, kLargestKeptHeap);
#endif
}

}  // namespace rehome::platform
