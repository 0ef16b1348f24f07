// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/tree_link.h"

#include <cerrno>

#include "base/core/error.h"
#include "flow/store/internal/tree_volume.h"

namespace rehome::store {

LinkResult link_if_free(WritableFolder& folder, std::string_view name, Folder& from, std::string_view from_name) {
  try {
    folder.link(name, from, from_name);
    return LinkResult::linked;
  } catch (const Error& error) {
    switch (error.system_code()) {
      case EXDEV:
        return LinkResult::other_volume;
      case EMLINK:
        return LinkResult::too_many;
      case EPERM:
      case EACCES:
      case EROFS:
      case EOPNOTSUPP:
        return LinkResult::not_permitted;
      default:
        throw;
    }
  }
}

LinkResult link_in_place(WritableFolder& folder, std::string_view name, Folder& from, std::string_view from_name) {
  try {
    return link_if_free(folder, name, from, from_name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::already_exists) throw;
  }
  if (identity_of(folder.inspect(name)) == identity_of(from.inspect(from_name))) return LinkResult::linked;
  folder.remove_file(name);
  return link_if_free(folder, name, from, from_name);
}

}  // namespace rehome::store
