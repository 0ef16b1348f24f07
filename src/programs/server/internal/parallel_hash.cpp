// SPDX-License-Identifier: Apache-2.0
#include "programs/server/internal/parallel_hash.h"

#include <algorithm>
#include <utility>

namespace rehome::server {
namespace {

constexpr std::size_t kPiece = std::size_t{128} * 1024;
/// Each is handed to another thread, which costs a word to it and its waking up.
constexpr std::size_t kHandedPiece = std::size_t{1} << 20;

}  // namespace

HashHelpers::HashHelpers(std::size_t threads)
    : free_(threads), pool_({.name = "hash", .threads = std::max<std::size_t>(threads, 1)}) {}

bool HashHelpers::try_run(std::function<void()> task) {
  std::size_t seen = free_;
  do {
    if (seen == 0) return false;
  } while (!free_.compare_exchange_weak(seen, seen - 1));
  pool_.submit([this, work = std::move(task)] {
    work();
    ++free_;
  });
  return true;
}

ParallelHash::ParallelHash(HashHelpers& helpers, std::uint64_t size) {
  has_helper_ = size > kHandedPiece && helpers.try_run([this] { hash_until_end(); });
  piece_size_ = std::clamp<std::uint64_t>(size, 1, has_helper_ ? kHandedPiece : kPiece);
}

ParallelHash::~ParallelHash() { end_helper(); }

std::span<std::uint8_t> ParallelHash::room() {
  if (has_helper_) {
    auto state = state_.lock();
    state.wait(changed_, [](const State& now) { return now.filled - now.hashed < kPieces; });
  }
  memory_[turn_].resize(piece_size_);
  return memory_[turn_];
}

void ParallelHash::update(ByteView piece) {
  if (!has_helper_) return hash_.update(piece);
  hand_over(piece);
  turn_ = (turn_ + 1) % kPieces;
}

Digest ParallelHash::finish() {
  end_helper();
  return hash_.finish();
}

void ParallelHash::hand_over(ByteView piece) {
  auto state = state_.lock();
  state->pieces[state->filled++ % kPieces] = piece;
  changed_.notify_all();
}

void ParallelHash::end_helper() {
  if (!std::exchange(has_helper_, false)) return;
  auto state = state_.lock();
  state.wait(changed_, [](const State& now) { return now.filled - now.hashed < kPieces; });
  state->pieces[state->filled++ % kPieces] = {};
  changed_.notify_all();
  state.wait(changed_, [](const State& now) { return now.filled == now.hashed; });
}

/// On the helper. Tells others while it holds the lock, for they may take all of this away as soon as they hear it.
void ParallelHash::hash_until_end() {
  for (bool goes_on = true; goes_on;) {
    ByteView piece;
    {
      auto state = state_.lock();
      state.wait(changed_, [](const State& now) { return now.filled > now.hashed; });
      piece = state->pieces[state->hashed % kPieces];
    }
    goes_on = !piece.empty();
    hash_.update(piece);
    auto state = state_.lock();
    ++state->hashed;
    changed_.notify_all();
  }
}

}  // namespace rehome::server
