// SPDX-License-Identifier: Apache-2.0
#pragma once
// A note: a small file that a tree of content keeps about itself, beside the captures.

#include <optional>
#include <string_view>

#include "base/core/bytes.h"
#include "base/machine/file_tree.h"

namespace rehome::store {

/// nullopt where there is none. Throws Error(limit_exceeded) for one that no vault writes.
std::optional<Bytes> read_note(Folder& tree, std::string_view name);

/// Durably, in place of what it said before.
void write_note(WritableFolder& tree, std::string_view name, ByteView content);

}  // namespace rehome::store
