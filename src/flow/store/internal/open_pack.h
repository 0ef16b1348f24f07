// SPDX-License-Identifier: Apache-2.0
#pragma once
// A pack on its way: frames are promised by an account's packer, arrive sealed from worker threads in any order, and
// when no more will be promised and all have arrived it is ready to be stored. Any thread may use it.

#include <atomic>
#include <cstdint>
#include <vector>

#include "base/core/locked.h"
#include "flow/store/internal/pack_builder.h"

namespace rehome::store {

class OpenPack {
 public:
  OpenPack(const KeyRing& keys, const VaultId& vault, const PackPlace& place, const PackSalt& salt,
           std::uint64_t serial)
      : place_(place), serial_(serial), cipher_(keys, vault, place, salt), state_(PackBuilder(place, salt)) {}

  const PackPlace& place() const { return place_; }
  const PackCipher& cipher() const { return cipher_; }
  /// Counts the packs of one session in the order of their opening.
  std::uint64_t serial() const { return serial_; }

  /// The number of a frame that will come.
  std::uint32_t promise_frame();
  std::uint32_t frames() const { return state_.lock()->promised; }
  /// Stored bytes, as far as they are known, of the frames that came; raw bytes of those that are being sealed.
  std::size_t size() const;

  void expect_raw(std::size_t raw_bytes);
  /// True when the pack is ready now.
  bool add(std::uint32_t number, SealedFrame frame);
  /// No more frames will be promised. True when the pack is ready now.
  bool close(std::vector<ChunkEntry> chunks);
  /// The bytes of the pack, once it is ready.
  Bytes finish();

 private:
  struct State {
    explicit State(PackBuilder empty) : builder(std::move(empty)) {}
    bool ready() const { return closed && builder.frames_added() == promised; }
    PackBuilder builder;
    std::vector<ChunkEntry> chunks;
    std::uint32_t promised = 0;
    std::size_t pending_raw = 0;
    std::size_t stored = 0;
    bool closed = false;
  };

  PackPlace place_;
  std::uint64_t serial_;
  PackCipher cipher_;
  mutable Locked<State> state_;
};

}  // namespace rehome::store
