// SPDX-License-Identifier: Apache-2.0
#pragma once
// One account's way into its packs: finds out whether a chunk is new, and gives a new one its final place (pack, frame,
// offset) at once, long before frame and pack are sealed and stored. Chunks are compared inside this account only. Any
// thread may use it; the lock is held for a look-up and a copy, never for compression or the store.

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/codec/chunker.h"
#include "base/codec/hash.h"
#include "base/core/locked.h"
#include "base/core/random.h"
#include "flow/store/internal/chunk_index.h"
#include "flow/store/internal/known_packs.h"
#include "flow/store/internal/pack_table.h"
#include "flow/store/internal/packing_line.h"
#include "flow/store/internal/shelf.h"

namespace rehome::store {

/// What all packers of a session share.
struct PackerParts {
  BlobStore& blobs;
  const KeyRing& keys;
  VaultId vault;
  ChunkSizes chunk_sizes;
  const KnownPacks& known;
  PackTable& table;
  PackingLine& line;
  Random& random;
};

class AccountPacker {
 public:
  AccountPacker(const PackerParts& parts, AccountNumber account);

  const Chunker& chunker() const { return chunker_; }
  ChunkRef keep(ByteView chunk);
  /// Hands over what is open, so that it becomes durable.
  void close_pack();
  /// Bytes in memory that wait for the pack to be full. Never waits.
  std::size_t open_bytes() const { return open_bytes_; }

 private:
  struct FullFrame {
    std::shared_ptr<OpenPack> pack;
    std::uint32_t number = 0;
    Bytes raw;
  };
  struct FullPack {
    std::shared_ptr<OpenPack> pack;
    std::vector<ChunkEntry> chunks;
  };
  /// What one call has filled, to be handed over once the lock is released.
  struct Filled {
    std::vector<FullFrame> frames;
    std::optional<FullPack> pack;
  };
  struct State {
    bool index_loaded = false;
    ChunkIndex index;
    std::shared_ptr<OpenPack> pack;
    std::uint32_t pack_number = 0;
    std::size_t pack_raw = 0;
    std::vector<ChunkEntry> chunks;  // of `pack`
    std::uint32_t frame_number = 0;
    Bytes frame;  // empty: none is open
  };

  void load_index(State& state) const;
  void open_pack(State& state) const;
  ChunkRef place(State& state, ByteView chunk, Filled& filled) const;
  void close_frame(State& state, Filled& filled) const;
  void close_pack(State& state, Filled& filled) const;
  bool is_full(const State& state) const;
  void hand_over(Filled filled) const;
  /// Runs what opens packs and promises frames. Where it fails a promise may stay unkept, and whoever flushes would
  /// wait for that frame for ever: so the whole line fails with it.
  template <typename Work>
  auto or_fail_the_line(const Work& work) const;

  PackerParts parts_;
  AccountNumber account_;
  Chunker chunker_;
  Shelf<KeyedHash> hashes_;
  std::atomic<std::size_t> open_bytes_{0};
  Locked<State> state_;
};

}  // namespace rehome::store
