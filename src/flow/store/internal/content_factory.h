// SPDX-License-Identifier: Apache-2.0
#pragma once
// Chooses how the content of files lies in a vault by its kind: packs for the compressed one, trees of plain files for
// the others. The only place that knows all kinds.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flow/store/internal/content.h"
#include "flow/store/internal/known_packs.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/tree_content.h"
#include "flow/store/internal/vault_context.h"

namespace rehome::store {

/// What a content writer works with; everything outlives it.
struct WriterParts {
  const VaultContext& vault;
  const KnownPacks& known;
  PackTable& packs;
  FindingSink& findings;
};

/// `earlier`: captures that may hold unchanged files, the best first.
std::unique_ptr<ContentWriter> make_content_writer(const WriterParts& parts, const CaptureId& capture,
                                                   const std::vector<CaptureId>& earlier);

std::unique_ptr<ContentReader> make_content_reader(const VaultContext& vault, const CaptureId& capture,
                                                   const PackTable& packs);

/// Where the trees of an uncompressed or hard-link vault lie. Throws Error(unsupported) where they cannot be reached.
TreePlace tree_place(const VaultContext& vault);

/// Before a removal begins: throws Error(refused) where it could not be carried through.
void check_removable(const VaultContext& vault, const std::optional<CaptureId>& capture);

/// Removes the plain files of one capture, or for nullopt of all with the folders they were in; does nothing for a
/// compressed vault.
void remove_content(const VaultContext& vault, const std::optional<CaptureId>& capture);

}  // namespace rehome::store
