// SPDX-License-Identifier: Apache-2.0
#include "tests/support/source_folder.h"

namespace rehome::testing {

std::filesystem::path source_folder() { return REHOME_SOURCE_DIR; }

}  // namespace rehome::testing
