// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whether a file that is there already holds what the store would write. Any thread.

#include "model/capture.h"

namespace rehome::load {

/// Whether `node`, which was called `name` a moment ago, is still called so and holds the object's content. Sizes
/// first, then every byte; a hole equals zeros. Throws what reading the store or the file throws.
bool holds_content(const CapturedState& state, const Object& object, Folder& folder, std::string_view name,
                   const NodeIdentity& node);

/// Whether two files of the destination hold the same.
bool hold_same(ReadableFile& a, ReadableFile& b);

}  // namespace rehome::load
