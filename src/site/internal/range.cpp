// SPDX-License-Identifier: Apache-2.0
#include "site/internal/range.h"

#include <string>

#include "base/core/error.h"

namespace rehome::site {

void check_range(std::int64_t value, std::int64_t least, std::int64_t most, std::string_view what) {
  if (value >= least && value <= most) return;
  throw Error(ErrorCode::invalid_argument, std::string(what) + " is between " + std::to_string(least) + " and " +
                                               std::to_string(most) + ", not " + std::to_string(value));
}

}  // namespace rehome::site
