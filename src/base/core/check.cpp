// SPDX-License-Identifier: Apache-2.0
#include "base/core/check.h"

#include <cstdio>
#include <cstdlib>

namespace rehome {

void check(bool condition, std::string_view why, std::source_location place) {
  if (condition) return;
  std::fprintf(stderr, "%s:%u: this is a bug in rehome: %.*s\n", place.file_name(), place.line(),
               static_cast<int>(why.size()), why.data());
  std::abort();
}

}  // namespace rehome
