// SPDX-License-Identifier: Apache-2.0
#pragma once
// The threads of the writing side. In: full raw frames from the packers of all accounts. Out: packs in the BlobStore,
// durable. Compressing and sealing has a thread per processor, storing has two; both queues are short, so whoever
// brings frames faster than the store takes them waits, and memory stays bounded. Any thread may use it.
//
// A failure on one of these threads is kept and comes out of every later call: the store cannot go on.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "base/codec/compress.h"
#include "base/core/error.h"
#include "base/core/locked.h"
#include "base/core/worker_pool.h"
#include "flow/store/internal/open_pack.h"
#include "flow/store/internal/shelf.h"
#include "model/blob_store.h"

namespace rehome::store {

class PackingLine {
 public:
  PackingLine(BlobStore& blobs, const KeyRing& keys, const VaultId& vault, int compression_level);

  std::shared_ptr<OpenPack> open(const PackPlace& place, const PackSalt& salt);
  /// Takes the content of a promised frame; waits while the queue is full.
  void seal(const std::shared_ptr<OpenPack>& pack, std::uint32_t number, Bytes raw);
  void close(const std::shared_ptr<OpenPack>& pack, std::vector<ChunkEntry> chunks);

  /// Serial number of the newest pack.
  std::uint64_t newest() const;
  /// Returns when every pack up to that serial number is durable. All of them must have been closed or be about to be.
  void wait_until_durable(std::uint64_t serial);

  /// Bytes of packs that are durable.
  std::uint64_t stored_bytes() const;
  void throw_if_failed() const;
  /// Keeps the failure that is being handled, so that no other thread waits for what will not come. For a catch block.
  void fail_with_current_exception();

 private:
  struct State {
    std::uint64_t newest = 0;
    std::set<std::uint64_t> in_flight;
    std::uint64_t stored_bytes = 0;
    std::optional<Error> failure;
  };

  void run(const std::function<void()>& task);
  void hand_to_storing(const std::shared_ptr<OpenPack>& pack);
  void store(OpenPack& pack);

  BlobStore& blobs_;
  const KeyRing& keys_;
  VaultId vault_;
  Shelf<Compressor> compressors_;
  mutable Locked<State> state_;
  std::condition_variable durable_or_failed_;
  WorkerPool storing_;
  WorkerPool sealing_;  // after storing_: its tasks feed the other, so it ends first
};

}  // namespace rehome::store
