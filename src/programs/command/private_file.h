// SPDX-License-Identifier: Apache-2.0
#pragma once
// Files that decide what is wiped: they and the folder they lie in are root's alone, or they are not believed. For one
// thread.

#include <optional>
#include <string>

#include "base/core/bytes.h"
#include "base/machine/file_tree.h"

namespace rehome::cli {

/// Whole and durable when it returns, in place of one that was there.
void write_private_file(const MachinePath& path, ByteView content);
/// Does nothing where there is none.
void remove_private_file(const MachinePath& path);
/// nullopt where there is none. Throws Error(refused) where others may have changed it, Error(limit_exceeded).
std::optional<Bytes> read_private_file(const MachinePath& path, std::uint64_t most_bytes);

}  // namespace rehome::cli
