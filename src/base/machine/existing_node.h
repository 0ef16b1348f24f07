// SPDX-License-Identifier: Apache-2.0
#pragma once
// What has a name in a folder, where something has it at all. Any thread that may use the folder.

#include <optional>
#include <string_view>

#include "base/core/error.h"
#include "base/machine/file_tree.h"

namespace rehome {

/// nullopt where nothing has this name. Throws what Folder::inspect() throws else.
inline std::optional<NodeInfo> existing_node(Folder& folder, std::string_view name) {
  try {
    return folder.inspect(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace rehome
