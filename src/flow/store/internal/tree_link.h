// SPDX-License-Identifier: Apache-2.0
#pragma once
// One link(2), and what a refusal of it means. Any thread.

#include <string_view>

#include "base/machine/file_tree.h"

namespace rehome::store {

enum class LinkResult {
  linked,
  other_volume,   // EXDEV
  too_many,       // EMLINK
  not_permitted,  // immutable or append-only, or a volume that knows no links
};

/// Gives the file `from`/`from_name` the further name `name` in `folder`, in place of a file that has that name.
LinkResult link_in_place(WritableFolder& folder, std::string_view name, Folder& from, std::string_view from_name);

/// As link_in_place, but what has the name already stays: Error(already_exists).
LinkResult link_if_free(WritableFolder& folder, std::string_view name, Folder& from, std::string_view from_name);

}  // namespace rehome::store
