// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_path.h"

#include <algorithm>

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome::store {

namespace {

constexpr std::string_view kNoAnchor = "root";  // no known folder is called so

std::string_view anchor_name(KnownFolder anchor) {
  if (anchor == KnownFolder::none) return kNoAnchor;
  const KnownFolderNames* names = find_known_folder(anchor);
  if (names == nullptr) throw Error(ErrorCode::corrupt, "the catalog names a known folder that does not exist");
  return names->name;
}

/// "" is a place of its own: the anchor itself.
bool is_rest(std::string_view rest) {
  if (rest.empty()) return true;
  if (rest.ends_with('/') || rest.find('\0') != std::string_view::npos) return false;
  bool good = true;
  std::string_view left = rest;
  while (good && !left.empty()) {
    const std::string_view name = left.substr(0, left.find('/'));
    good = !name.empty() && name != "." && name != "..";
    left.remove_prefix(std::min(name.size() + 1, left.size()));
  }
  return good;
}

}  // namespace

TreePath tree_path(std::string_view capture_id, const Location& location) {
  if (!is_rest(location.rest)) {
    throw Error(ErrorCode::corrupt, "the catalog has a path that leads elsewhere: " + printable(location.rest));
  }
  std::string path(capture_id);
  path.append("/").append(std::to_string(location.account)).append("/").append(anchor_name(location.anchor));
  if (!location.rest.empty()) path.append("/").append(location.rest);
  const std::size_t slash = path.rfind('/');
  return {.folder = path.substr(0, slash), .leaf = path.substr(slash + 1)};
}

}  // namespace rehome::store
