// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where an open file has data.

#include <string_view>
#include <vector>

#include "base/machine/node.h"

namespace rehome::linux_files {

/// More than that, and the rest of the file counts as data: a file can be made of holes so small that their list
/// would fill the memory.
inline constexpr std::size_t kMostExtents = 65536;

/// As ReadableFile::data_extents(). A file with all its blocks allocated is not searched. Throws Error.
std::vector<Extent> find_data_extents(int fd, const NodeInfo& info, std::string_view path,
                                      std::size_t most = kMostExtents);

}  // namespace rehome::linux_files
