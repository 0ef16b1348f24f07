// SPDX-License-Identifier: Apache-2.0
#include "base/machine/linux/encrypted_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

namespace rehome {

bool is_encrypted_folder(const MachinePath& path) {
  struct statx status{};
  if (::statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &status) != 0) return false;
  return (status.stx_attributes & STATX_ATTR_ENCRYPTED) != 0;
}

}  // namespace rehome
