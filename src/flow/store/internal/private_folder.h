// SPDX-License-Identifier: Apache-2.0
#pragma once
// The folders that hold captured content, and the store's own folder, are root's alone (root:root, mode 0700), checked
// each time before they are used: whoever could write there could have his files restored as another's, and whoever
// could read there could read everybody's.

#include <memory>
#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::store {

/// Throws Error(refused) where it is not root's alone.
void check_private_folder(Folder& folder, const MachinePath& path);

/// Null where there is none. Follows no link. Throws Error(refused) where it is not root's alone.
std::unique_ptr<WritableFolder> open_private_folder(WritableFolder& parent, std::string_view name,
                                                    const MachinePath& path);

/// Opens it or makes it, durably. As open_private_folder.
std::unique_ptr<WritableFolder> make_private_folder(WritableFolder& parent, std::string_view name,
                                                    const MachinePath& path);

}  // namespace rehome::store
