// SPDX-License-Identifier: Apache-2.0
#pragma once
// Removes a folder with all that is in it. Follows no link, crosses no mount, and has no more than two folders open
// however deep it goes: what lies deeper is first moved up. One thread.

#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::store {

/// Throws Error(refused) where something, a bind mount too, is mounted on the child.
void check_not_mounted(WritableFolder& parent, std::string_view name);

/// Removes the child of any kind; nothing where it does not exist. What refuses is left, everything else goes all the
/// same, and then the first refusal is thrown. An interrupted removal is completed by the next.
void remove_tree(WritableFolder& parent, std::string_view name);

}  // namespace rehome::store
