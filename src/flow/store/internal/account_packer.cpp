// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/account_packer.h"

#include <algorithm>
#include <utility>

#include "flow/store/internal/damage.h"
#include "flow/store/internal/limits.h"
#include "flow/store/internal/pack_reader.h"

namespace rehome::store {

namespace {

ChunkId truncated(const Digest& digest) {
  ChunkId id;
  std::copy_n(digest.begin(), id.size(), id.begin());
  return id;
}

}  // namespace

AccountPacker::AccountPacker(const PackerParts& parts, AccountNumber account)
    : parts_(parts),
      account_(account),
      chunker_(parts.keys.chunker_key(account), parts.chunk_sizes),
      hashes_([this] { return std::make_unique<KeyedHash>(parts_.keys.chunk_id_key(account_).view()); }) {}

template <typename Work>
auto AccountPacker::or_fail_the_line(const Work& work) const {
  try {
    return work();
  } catch (...) {
    parts_.line.fail_with_current_exception();
    throw;
  }
}

ChunkRef AccountPacker::keep(ByteView chunk) {
  const ChunkId id = truncated(hashes_.borrow()->of(chunk));
  return or_fail_the_line([&] {
    ChunkRef ref;
    Filled filled;
    {
      auto state = state_.lock();
      if (!state->index_loaded) load_index(*state);
      if (const auto known = state->index.find(id)) return *known;
      ref = place(*state, chunk, filled);
      state->index.insert(id, ref);
      state->chunks.push_back({id, ref.frame, ref.offset, ref.length});
      if (is_full(*state)) close_pack(*state, filled);
      open_bytes_ = state->pack ? state->pack->size() + state->frame.size() : 0;
    }
    hand_over(std::move(filled));
    return ref;
  });
}

void AccountPacker::close_pack() {
  or_fail_the_line([&] {
    Filled filled;
    {
      auto state = state_.lock();
      if (state->pack) close_pack(*state, filled);
      open_bytes_ = 0;
    }
    hand_over(std::move(filled));
  });
}

void AccountPacker::load_index(State& state) const {
  for (const PackPlace& place : parts_.known.of_account(account_)) {
    try {
      const PackReader pack(parts_.blobs, parts_.keys, parts_.vault, place);
      const std::uint32_t number = parts_.table.number_of(place);
      for (const ChunkEntry& chunk : pack.read_chunks()) {
        state.index.insert(chunk.id, {number, chunk.frame, chunk.offset, chunk.length});
      }
    } catch (const Error& error) {
      // Nothing new is made to depend on a damaged pack; what depends on it already is for `verify` to tell.
      if (!is_damage(error)) throw;
    }
  }
  state.index_loaded = true;
}

void AccountPacker::open_pack(State& state) const {
  const PackPlace place{account_, make_id<PackId>(parts_.random)};
  PackSalt salt;
  parts_.random.fill(salt);
  state.pack = parts_.line.open(place, salt);
  state.pack_number = parts_.table.number_of(place);
  state.pack_raw = 0;
}

ChunkRef AccountPacker::place(State& state, ByteView chunk, Filled& filled) const {
  if (!state.pack) open_pack(state);
  state.pack_raw += chunk.size();
  const auto length = static_cast<std::uint32_t>(chunk.size());
  if (chunk.size() >= kLoneChunk) {
    const std::uint32_t number = state.pack->promise_frame();
    state.pack->expect_raw(chunk.size());
    filled.frames.push_back({state.pack, number, Bytes(chunk.begin(), chunk.end())});
    return {state.pack_number, number, 0, length};
  }
  if (state.frame.empty()) {
    state.frame_number = state.pack->promise_frame();
    state.frame.reserve(kFrameTarget + kLoneChunk);
  }
  const auto offset = static_cast<std::uint32_t>(state.frame.size());
  state.frame.insert(state.frame.end(), chunk.begin(), chunk.end());
  const ChunkRef ref{state.pack_number, state.frame_number, offset, length};
  if (state.frame.size() >= kFrameTarget) close_frame(state, filled);
  return ref;
}

void AccountPacker::close_frame(State& state, Filled& filled) const {
  if (state.frame.empty()) return;
  state.pack->expect_raw(state.frame.size());
  filled.frames.push_back({state.pack, state.frame_number, std::exchange(state.frame, {})});
}

void AccountPacker::close_pack(State& state, Filled& filled) const {
  close_frame(state, filled);
  filled.pack = FullPack{std::exchange(state.pack, nullptr), std::exchange(state.chunks, {})};
}

bool AccountPacker::is_full(const State& state) const {
  return state.pack->size() + state.frame.size() >= kPackTarget || state.pack_raw >= kPackRawTarget ||
         state.chunks.size() >= kPackChunkTarget;
}

void AccountPacker::hand_over(Filled filled) const {
  for (FullFrame& frame : filled.frames) parts_.line.seal(frame.pack, frame.number, std::move(frame.raw));
  if (filled.pack) parts_.line.close(filled.pack->pack, std::move(filled.pack->chunks));
}

}  // namespace rehome::store
