// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes things out of a vault, always under its lock and always in an order in which what is left at any moment is
// whole: first the mark that says "complete", then the rest of a capture, then packs that no capture lists.

#include "flow/store/internal/vault_context.h"

namespace rehome::store {

/// After a capture is complete: incomplete captures go (it replaced them), and packs that no complete capture lists.
/// What fails is left for the next time.
void sweep_after_capture(const VaultContext& vault, const CaptureId& finished);

/// Throws Error(not_found) where there is no such capture.
void remove_capture(const VaultContext& vault, const CaptureId& capture);

/// The whole vault; its header goes last.
void remove_everything(const VaultContext& vault);

}  // namespace rehome::store
