// SPDX-License-Identifier: Apache-2.0
#pragma once
// Checks everything that captures consist of. In: captures of one vault. Out: what is damaged and which files that
// hurts. Packs are read once, several at a time; of memory it needs four bytes per frame besides the packs being read.

#include <memory>
#include <vector>

#include "flow/store/internal/capture_reader.h"
#include "flow/store/vault.h"
#include "model/progress.h"

namespace rehome::store {

using Captures = std::vector<std::unique_ptr<CaptureReader>>;

/// Damaged packs are marked in the store, where it can be written, so that later captures do not refer to them.
VerifyReport verify_captures(const VaultContext& vault, const Captures& captures, bool content, Progress& progress);

}  // namespace rehome::store
