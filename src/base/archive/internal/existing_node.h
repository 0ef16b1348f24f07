// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/core/error.h"
#include "base/machine/file_tree.h"

namespace rehome::archive {

inline std::optional<NodeInfo> existing_node(Folder& folder, std::string_view name) {
  try {
    return folder.inspect(name);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::not_found) return std::nullopt;
    throw;
  }
}

}  // namespace rehome::archive
