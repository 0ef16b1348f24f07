// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace rehome::site {

/// Error(invalid_argument) that names `what` and the range unless least <= value <= most.
void check_range(std::int64_t value, std::int64_t least, std::int64_t most, std::string_view what);

}  // namespace rehome::site
