// SPDX-License-Identifier: Apache-2.0
#pragma once
// The content of files in a compressed store, on its way in: cut into chunks, deduplicated, framed, packed. Called from
// the threads of the scan; memory is bounded by the packing line and by how many packs may be open.

#include <map>
#include <memory>
#include <optional>

#include "base/core/locked.h"
#include "flow/store/internal/account_packer.h"
#include "flow/store/internal/content.h"

namespace rehome::store {

class PackContentWriter final : public ContentWriter {
 public:
  struct Options {
    int compression_level = 3;
    ChunkSizes chunk_sizes;
    std::optional<NodeInfo> own_folder;  // where the blobs lie, if that is on the captured machine
  };
  /// What it works with; everything outlives it.
  struct Parts {
    BlobStore& blobs;
    const KeyRing& keys;
    VaultId vault;
    const KnownPacks& known;
    PackTable& table;
    Random& random;
  };
  PackContentWriter(const Parts& parts, Options options);

  void keep(Object& object, FileSource& source) override;
  bool keep_unchanged(Object& object, const Object& previous) override;
  void make_durable() override;
  std::uint64_t stored_bytes() const override { return line_.stored_bytes(); }
  bool owns(const NodeInfo& folder) const override;

 private:
  using Packers = std::map<AccountNumber, std::unique_ptr<AccountPacker>>;

  AccountPacker& packer_of(AccountNumber account);
  void limit_open_packs();

  Options options_;
  PackingLine line_;
  PackerParts parts_;
  Locked<Packers> packers_;
};

}  // namespace rehome::store
