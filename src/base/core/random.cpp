// SPDX-License-Identifier: Apache-2.0
#include "base/core/random.h"

#include "base/core/bytes.h"

namespace rehome {

std::string random_hex(Random& random, std::size_t bytes) {
  Bytes chosen(bytes);
  random.fill(chosen);
  return to_hex(chosen);
}

}  // namespace rehome
