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

/// A write beyond the size that files may have here (ulimit -f) fails from now on, and no longer ends the process.
void survive_file_size_limit();

/// Keeps what this process has in memory, keys above all, out of core files and from debuggers of its own user.
void keep_memory_private();

enum class IoPriority { normal, low, lowest };  // lowest: only when nobody else wants the disk
/// How this thread, and every one it starts from now on, stands behind others: `nice` 0 to 19. What the system refuses
/// stays as it is.
void lower_priority(int nice, IoPriority io_priority);

}  // namespace rehome::platform
