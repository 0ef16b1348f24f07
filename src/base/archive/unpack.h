// SPDX-License-Identifier: Apache-2.0
#pragma once
// A compressed file in memory, for kernel modules, which distributions compress. Any thread.

#include <memory>
#include <string>

#include "base/machine/file_tree.h"

namespace rehome::archive {

/// Everything in `file`, whatever of the usual compressions it has, or none. `name` is for messages. Throws
/// Error(corrupt), and Error(limit_exceeded) above `most` bytes.
Bytes read_unpacked(std::unique_ptr<ReadableFile> file, const std::string& name, std::size_t most);

}  // namespace rehome::archive
