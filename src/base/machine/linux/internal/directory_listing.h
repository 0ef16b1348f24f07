// SPDX-License-Identifier: Apache-2.0
#pragma once
// The names in an open folder.

#include <string_view>
#include <vector>

#include "base/machine/node.h"

namespace rehome::linux_files {

/// From where the descriptor stands to the end; without "." and "..". Throws Error. One thread per descriptor.
std::vector<DirectoryEntry> read_entries(int fd, std::string_view path);

}  // namespace rehome::linux_files
