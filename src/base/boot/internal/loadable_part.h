// SPDX-License-Identifier: Apache-2.0
#pragma once
// What of a program or library is needed to run it: without symbols for debuggers, which are most of a build that was
// not stripped, and would fill the memory of the other root. Pure; any thread.

#include "base/core/bytes.h"

namespace rehome::boot {

/// An ELF file of this computer's kind up to the end of what is loaded, and saying so; anything else as it is.
Bytes loadable_part(Bytes file);

}  // namespace rehome::boot
