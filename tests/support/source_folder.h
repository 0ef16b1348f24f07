// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where this tree lies, for tests that read files of it. The path stands in one small object file, so that all others
// are the same in every clone and can be shared between them by a compiler cache.

#include <filesystem>

namespace rehome::testing {

std::filesystem::path source_folder();

}  // namespace rehome::testing
