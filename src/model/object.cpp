// SPDX-License-Identifier: Apache-2.0
#include "model/object.h"

#include "base/core/error.h"
#include "model/outcome.h"

namespace rehome {

std::uint64_t data_bytes(const Object& object) {
  if (object.extents.empty()) return object.size;
  std::uint64_t sum = 0;
  for (const Extent& extent : object.extents) {
    if (__builtin_add_overflow(sum, extent.length, &sum)) return UINT64_MAX;
  }
  return sum;
}

void check_object(const Object& object, MachineFlavour flavour) {
  check_location(object.location, flavour);
  if (object.location.rest.empty() && object.kind != NodeKind::folder) {
    throw Error(ErrorCode::corrupt, "the catalog says that this folder is a " + std::string(name_of(object.kind)));
  }
  if (object.kind != NodeKind::symlink) return;
  if (object.link_target.empty() || object.link_target.contains('\0')) {
    throw Error(ErrorCode::corrupt,
                "the catalog has a link whose target no link can have; it is damaged or was forged");
  }
}

}  // namespace rehome
