// SPDX-License-Identifier: Apache-2.0
#pragma once
// What this process is and may do. Any thread may call.

#include <cstdint>

namespace rehome::platform {

std::uint32_t effective_user_id();
std::uint32_t effective_group_id();

/// Lets this process have as many files open as the system allows it; returns that number. Tree walks hold a folder
/// open per pending level and worker, which the usual soft limit of 1024 does not cover.
std::uint64_t raise_open_file_limit();

/// Keeps what this process has in memory, keys above all, out of core files and from debuggers of its own user.
void keep_memory_private();

}  // namespace rehome::platform
