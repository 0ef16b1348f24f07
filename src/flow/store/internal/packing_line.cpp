// SPDX-License-Identifier: Apache-2.0
#include "flow/store/internal/packing_line.h"

#include <utility>

namespace rehome::store {

namespace {

constexpr std::size_t kStoringThreads = 2;
constexpr std::size_t kStoringQueue = 1;
constexpr std::size_t kSealingQueuePerThread = 2;

Error current_error() {
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::exception& error) {
    return Error(ErrorCode::io, std::string("the store could not be written: ") + error.what());
  }
}

}  // namespace

PackingLine::PackingLine(BlobStore& blobs, const KeyRing& keys, const VaultId& vault, int compression_level)
    : blobs_(blobs),
      keys_(keys),
      vault_(vault),
      compressors_([compression_level] { return std::make_unique<Compressor>(compression_level); }),
      storing_({.name = "store-put", .threads = kStoringThreads, .queue_limit = kStoringQueue}),
      sealing_({.name = "store-seal",
                .threads = usable_processors(),
                .queue_limit = usable_processors() * kSealingQueuePerThread}) {}

std::shared_ptr<OpenPack> PackingLine::open(const PackPlace& place, const PackSalt& salt) {
  std::uint64_t serial = 0;
  {
    auto state = state_.lock();
    serial = ++state->newest;
    state->in_flight.insert(serial);
  }
  return std::make_shared<OpenPack>(keys_, vault_, place, salt, serial);
}

void PackingLine::seal(const std::shared_ptr<OpenPack>& pack, std::uint32_t number, Bytes raw) {
  throw_if_failed();
  sealing_.submit([this, pack, number, raw = std::move(raw)] {
    run([&] {
      SealedFrame frame = seal_frame(pack->cipher(), *compressors_.borrow(), number, raw);
      if (pack->add(number, std::move(frame))) hand_to_storing(pack);
    });
  });
}

void PackingLine::close(const std::shared_ptr<OpenPack>& pack, std::vector<ChunkEntry> chunks) {
  if (pack->close(std::move(chunks))) hand_to_storing(pack);
}

void PackingLine::hand_to_storing(const std::shared_ptr<OpenPack>& pack) {
  storing_.submit([this, pack] { run([&] { store(*pack); }); });
}

void PackingLine::store(OpenPack& pack) {
  const Bytes bytes = pack.finish();
  blobs_.put(pack_name(pack.place().account, pack.place().pack), bytes);
  {
    auto state = state_.lock();
    state->in_flight.erase(pack.serial());
    state->stored_bytes += bytes.size();
  }
  durable_or_failed_.notify_all();
}

void PackingLine::run(const std::function<void()>& task) {
  if (state_.lock()->failure) return;
  try {
    task();
  } catch (...) {
    fail_with_current_exception();
  }
}

void PackingLine::fail_with_current_exception() {
  {
    auto state = state_.lock();
    if (!state->failure) state->failure = current_error();
  }
  durable_or_failed_.notify_all();
}

std::uint64_t PackingLine::newest() const { return state_.lock()->newest; }

void PackingLine::wait_until_durable(std::uint64_t serial) {
  {
    auto state = state_.lock();
    state.wait(durable_or_failed_,
               [&](const State& s) { return s.failure || s.in_flight.empty() || *s.in_flight.begin() > serial; });
  }
  throw_if_failed();
}

std::uint64_t PackingLine::stored_bytes() const { return state_.lock()->stored_bytes; }

// A copy is thrown: several threads may throw it at once, and each adds its own context.
void PackingLine::throw_if_failed() const {
  std::optional<Error> failure;
  {
    auto state = state_.lock();
    failure = state->failure;
  }
  if (failure) throw Error(*failure);
}

}  // namespace rehome::store
