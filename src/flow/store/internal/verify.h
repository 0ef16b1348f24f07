// SPDX-License-Identifier: Apache-2.0
#pragma once
// Checks everything a capture consists of. In: a capture. Out: what is damaged and which files that hurts. Packs are
// read once, several at a time; of memory it needs four bytes per frame besides the packs being read.

#include "flow/store/internal/capture_reader.h"
#include "flow/store/vault.h"
#include "model/progress.h"

namespace rehome::store {

/// Damaged packs are marked in the store, where it can be written, so that later captures do not refer to them.
VerifyReport verify_capture(const VaultContext& vault, const CaptureReader& capture, bool content, Progress& progress);

}  // namespace rehome::store
