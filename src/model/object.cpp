// SPDX-License-Identifier: Apache-2.0
#include "model/object.h"

namespace rehome {

std::uint64_t data_bytes(const Object& object) {
  if (object.extents.empty()) return object.size;
  std::uint64_t sum = 0;
  for (const Extent& extent : object.extents) {
    if (__builtin_add_overflow(sum, extent.length, &sum)) return UINT64_MAX;
  }
  return sum;
}

}  // namespace rehome
