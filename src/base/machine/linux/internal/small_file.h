// SPDX-License-Identifier: Apache-2.0
#pragma once
// One small file of a computer as a whole, by its path beneath the computer's root: what configuration is read with.

#include <cstdint>
#include <optional>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::linux_etc {

/// nullopt where there is no such file. Links are followed beneath the root. Throws Error(limit_exceeded) where it is
/// larger than `size_limit`, and what opening and reading throw: what is no regular file is never waited for.
std::optional<std::string> read_small_file(FileTree& files, const MachinePath& path, std::uint64_t size_limit);

}  // namespace rehome::linux_etc
