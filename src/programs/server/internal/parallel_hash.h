// SPDX-License-Identifier: Apache-2.0
#pragma once
// The digest of an upload, made beside the receiving and writing of it while a processor has nothing else to do:
// SHA-256 takes a third of the time of all of it. In: pieces in their order, in memory that this lends. Out: their
// digest.

#include <array>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <span>

#include "base/codec/hash.h"
#include "base/core/bytes.h"
#include "base/core/locked.h"
#include "base/core/worker_pool.h"

namespace rehome::server {

/// Threads that hash, each for one upload at a time. Any thread may call.
class HashHelpers {
 public:
  HashHelpers() : HashHelpers(usable_processors() - 1) {}
  explicit HashHelpers(std::size_t threads);

  /// False where nobody is free. `task` must not throw.
  bool try_run(std::function<void()> task);

 private:
  std::atomic<std::size_t> free_;
  WorkerPool pool_;
};

/// Of one upload; for one thread. Where no helper is free, and for small ones, the caller's thread hashes, and the
/// memory is 128 KiB instead of 4 MiB.
class ParallelHash {
 public:
  ParallelHash(HashHelpers& helpers, std::uint64_t size);
  ~ParallelHash();
  ParallelHash(const ParallelHash&) = delete;
  ParallelHash& operator=(const ParallelHash&) = delete;

  /// Where the next piece goes: its content stays until the piece after it is asked for. May wait for the helper.
  std::span<std::uint8_t> room();
  /// `piece` is what room() gave, or the beginning of it, and not empty.
  void update(ByteView piece);
  /// Once, as the last call.
  Digest finish();

 private:
  static constexpr std::size_t kPieces = 4;  // so that a helper may come late by some milliseconds
  struct State {
    std::array<ByteView, kPieces> pieces;  // in turns; an empty one is the end
    std::size_t filled = 0;
    std::size_t hashed = 0;
  };

  void hash_until_end();
  void hand_over(ByteView piece);
  void end_helper();

  Sha256 hash_;
  std::array<Bytes, kPieces> memory_;
  std::size_t piece_size_ = 0;
  std::size_t turn_ = 0;
  bool has_helper_ = false;
  Locked<State> state_;
  std::condition_variable changed_;
};

}  // namespace rehome::server
