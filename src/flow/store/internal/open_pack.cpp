// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/open_pack.h"

#include <utility>

namespace rehome::store {

std::uint32_t OpenPack::promise_frame() { return state_.lock()->promised++; }

std::size_t OpenPack::size() const {
  auto state = state_.lock();
  return state->stored + state->pending_raw;
}

void OpenPack::expect_raw(std::size_t raw_bytes) { state_.lock()->pending_raw += raw_bytes; }

bool OpenPack::add(std::uint32_t number, SealedFrame frame) {
  auto state = state_.lock();
  state->pending_raw -= frame.raw;
  state->stored += frame.sealed.size();
  state->builder.add(number, std::move(frame));
  return state->ready();
}

bool OpenPack::close(std::vector<ChunkEntry> chunks) {
  auto state = state_.lock();
  state->chunks = std::move(chunks);
  state->closed = true;
  return state->ready();
}

Bytes OpenPack::finish() {
  auto state = state_.lock();
  return state->builder.finish(cipher_, state->chunks);
}

}  // namespace rehome::store
