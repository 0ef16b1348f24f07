// SPDX-License-Identifier: Apache-2.0
#pragma once
// What WorkerPool needs from the operating system.

#include <cstddef>
#include <string_view>

namespace rehome::platform {

/// Processors that this process may run on; 0 when the system does not say.
std::size_t available_processors();

/// Shows `name` (its first 15 bytes) in ps, top and perf.
void name_this_thread(std::string_view name);

}  // namespace rehome::platform
