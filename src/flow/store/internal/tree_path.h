// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the content of an object lies below a tree: "<capture id>/<account number>/<anchor>/<rest>", names as they are.

#include <string>
#include <string_view>

#include "model/location.h"

namespace rehome::store {

struct TreePath {
  std::string folder;  // '/' between components
  std::string leaf;
};

/// Throws Error(corrupt) for a location that would climb out of the tree or that no machine can have: it may come out
/// of a hostile catalog.
TreePath tree_path(std::string_view capture_id, const Location& location);

}  // namespace rehome::store
