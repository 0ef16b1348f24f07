// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who asks, and whether they may. Any thread.

#include <optional>

#include "programs/server/internal/route.h"

namespace rehome::server {

/// Fills in who calls. What to answer where they may not.
std::optional<http::Response> authorise(Call& call, Who who);

}  // namespace rehome::server
