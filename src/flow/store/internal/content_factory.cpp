// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/content_factory.h"

#include <optional>
#include <string>

#include "base/core/error.h"
#include "flow/store/internal/pack_content_reader.h"
#include "flow/store/internal/pack_content_writer.h"

namespace rehome::store {

namespace {

std::optional<NodeInfo> own_folder(const VaultContext& vault) {
  if (vault.files == nullptr) return std::nullopt;
  return vault.files->open(vault.path)->inspect_self();
}

bool has_packs(const VaultContext& vault) { return vault.header.kind == StoreKind::compressed; }

}  // namespace

TreePlace tree_place(const VaultContext& vault) {
  if (vault.files == nullptr) {
    throw Error(ErrorCode::unsupported, "a store of the kind \"" + std::string(name_of(vault.header.kind)) +
                                            "\" must lie in a folder of this computer");
  }
  return {*vault.files, vault.path, to_hex(vault.header.vault), vault.header.kind, vault.random};
}

std::unique_ptr<ContentWriter> make_content_writer(const WriterParts& parts, const CaptureId& capture,
                                                   const std::vector<CaptureId>& earlier) {
  const VaultContext& vault = parts.vault;
  if (has_packs(vault)) {
    return std::make_unique<PackContentWriter>(
        PackContentWriter::Parts{vault.blobs, vault.keys, vault.header.vault, parts.known, parts.packs, vault.random},
        PackContentWriter::Options{vault.header.compression_level, vault.header.chunk_sizes, own_folder(vault)});
  }
  TreeCapture tree{to_hex(capture), {}};
  for (const CaptureId& id : earlier) tree.earlier.push_back(to_hex(id));
  return open_tree_writer(tree_place(vault), std::move(tree), parts.findings);
}

std::unique_ptr<ContentReader> make_content_reader(const VaultContext& vault, const CaptureId& capture,
                                                   const PackTable& packs) {
  if (has_packs(vault)) {
    return std::make_unique<PackContentReader>(vault.blobs, vault.keys, vault.header.vault, packs);
  }
  return open_tree_reader(tree_place(vault), to_hex(capture));
}

void check_removable(const VaultContext& vault, const std::optional<CaptureId>& capture) {
  if (!has_packs(vault)) check_removable(tree_place(vault), capture ? to_hex(*capture) : "");
}

void remove_content(const VaultContext& vault, const std::optional<CaptureId>& capture) {
  if (!has_packs(vault)) remove_tree_content(tree_place(vault), capture ? to_hex(*capture) : "");
}

}  // namespace rehome::store
