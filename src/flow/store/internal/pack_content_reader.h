// SPDX-License-Identifier: Apache-2.0
#pragma once
// The content of files in a compressed store, on its way out. In: objects of one capture. Out: their bytes, each frame
// authenticated before a byte of it is handed over, and opened about once when objects are read in the catalog's order.
// Any thread may use it.

#include <memory>

#include "flow/store/internal/content.h"
#include "flow/store/internal/key_ring.h"
#include "flow/store/internal/pack_reader.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/single_flight_cache.h"
#include "model/blob_store.h"

namespace rehome::store {

class PackContentReader final : public ContentReader {
 public:
  PackContentReader(BlobStore& blobs, const KeyRing& keys, const VaultId& vault, const PackTable& table);

  Object check(Object object) override;
  void read(const Object& object, ContentConsumer& consumer) override;
  std::optional<NodeInfo> stored_file(const Object& object) override;
  std::optional<NodeInfo> link(const Object& object, WritableFolder& folder, std::string_view name) override;
  ContentCheck verify(const Object& object, bool content) override;

 private:
  struct FramePlace {
    PackPlace pack;
    std::uint32_t frame = 0;
    auto operator<=>(const FramePlace&) const = default;
  };

  PackPlace place_of(AccountNumber account, const ChunkRef& ref) const;
  std::shared_ptr<const PackReader> open(const PackPlace& pack);
  void check_chunk(const PackPlace& place, const ChunkRef& chunk);
  std::shared_ptr<const Bytes> frame_of(AccountNumber account, const ChunkRef& ref);

  BlobStore& blobs_;
  const KeyRing& keys_;
  VaultId vault_;
  const PackTable& table_;
  SingleFlightCache<PackPlace, PackReader> packs_;
  SingleFlightCache<PackPlace, std::uint64_t> sizes_;  // stored bytes
  SingleFlightCache<FramePlace, Bytes> frames_;
};

}  // namespace rehome::store
