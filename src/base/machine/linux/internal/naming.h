// SPDX-License-Identifier: Apache-2.0
#pragma once
// Giving names to what exists, never taking one from something else unless told to.

#include "base/machine/linux/internal/name.h"

namespace rehome::linux_files {

struct NameInFolder {
  int folder = -1;
  const char* name = "";
};

/// rename() that fails with EEXIST if `to` is taken, also on volumes that know no such rename: there only for what
/// can have two names for a moment, else the errno is EINVAL. 0, or the errno.
int move_without_replacing(NameInFolder from, NameInFolder to);

/// A name that nothing has, kTemporaryPrefix and 16 digits, for what gets its real name later.
Name random_temporary_name();

}  // namespace rehome::linux_files
