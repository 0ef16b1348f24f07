// SPDX-License-Identifier: Apache-2.0
#pragma once
// Vault::last_names: the names that a removal takes away, against all names that their files have. What counts is what
// lies in the trees, for that is what is removed; of the catalogs only is asked which files are copies.

#include <memory>
#include <optional>

#include "flow/store/internal/ids.h"
#include "flow/store/internal/vault_context.h"
#include "flow/store/vault.h"

namespace rehome::store {

/// Of one capture, or for nullopt of all that lies in the trees. Throws Error where a folder of a tree cannot be read.
LastNames find_last_names(const std::shared_ptr<const VaultContext>& vault, const std::optional<CaptureId>& capture);

}  // namespace rehome::store
