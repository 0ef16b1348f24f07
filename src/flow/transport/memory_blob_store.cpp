// SPDX-License-Identifier: Apache-2.0
#include "flow/transport/memory_blob_store.h"

#include <utility>

namespace rehome::transport {

struct MemoryBlobStore::State {
  std::map<std::string, Bytes, std::less<>> blobs;
  std::uint64_t puts = 0;
  std::map<std::uint64_t, ErrorCode> failing;  // by number of put
  std::set<std::uint64_t> losing;
  std::uint64_t all_fail_from = UINT64_MAX;
  ErrorCode all_fail_with = ErrorCode::io;
  std::uint64_t capacity = UINT64_MAX;
  bool locked = false;

  std::uint64_t used() const {
    std::uint64_t sum = 0;
    for (const auto& [name, content] : blobs) sum += content.size();
    return sum;
  }

  const Bytes& at(std::string_view name) const {
    const auto found = blobs.find(name);
    if (found != blobs.end()) return found->second;
    throw Error(ErrorCode::not_found, "there is no blob \"" + std::string(name) + "\"");
  }
};

class MemoryBlobStore::Held final : public BlobStoreLock {
 public:
  explicit Held(std::shared_ptr<Locked<State>> state) : state_(std::move(state)) {}
  ~Held() override { state_->lock()->locked = false; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

 private:
  std::shared_ptr<Locked<State>> state_;
};

MemoryBlobStore::MemoryBlobStore() : state_(std::make_shared<Locked<State>>()) {}
MemoryBlobStore::~MemoryBlobStore() = default;

void MemoryBlobStore::put(std::string_view name, ByteView content) {
  check_blob_name(name);
  auto state = state_->lock();
  const std::uint64_t number = ++state->puts;
  if (const auto failing = state->failing.find(number); failing != state->failing.end()) {
    throw Error(failing->second, "put \"" + std::string(name) + "\" was made to fail");
  }
  if (number >= state->all_fail_from) {
    throw Error(state->all_fail_with, "put \"" + std::string(name) + "\" was made to fail");
  }
  if (state->blobs.contains(name)) {
    throw Error(ErrorCode::already_exists, "there is a blob \"" + std::string(name) + "\" already");
  }
  const std::uint64_t used = state->used();
  if (used > state->capacity || content.size() > state->capacity - used) {
    throw Error(ErrorCode::no_space, "the store is full: free space and try again");
  }
  if (state->losing.contains(number)) return;
  state->blobs.emplace(name, Bytes(content.begin(), content.end()));
}

Bytes MemoryBlobStore::get(std::string_view name, std::uint64_t size_limit) {
  check_blob_name(name);
  auto state = state_->lock();
  const Bytes& content = state->at(name);
  if (content.size() <= size_limit) return content;
  throw Error(ErrorCode::limit_exceeded, "blob \"" + std::string(name) + "\" is larger than it may be");
}

Bytes MemoryBlobStore::get_range(std::string_view name, std::uint64_t offset, std::uint64_t length) {
  check_blob_name(name);
  auto state = state_->lock();
  const Bytes& content = state->at(name);
  if (offset > content.size() || length > content.size() - offset) {
    throw Error(ErrorCode::corrupt, "blob \"" + std::string(name) + "\" was cut short");
  }
  const ByteView range = ByteView(content).subspan(offset, length);
  return {range.begin(), range.end()};
}

std::optional<std::uint64_t> MemoryBlobStore::size_of(std::string_view name) {
  check_blob_name(name);
  auto state = state_->lock();
  const auto found = state->blobs.find(name);
  return found == state->blobs.end() ? std::nullopt : std::optional<std::uint64_t>(found->second.size());
}

std::vector<BlobInfo> MemoryBlobStore::list(std::string_view prefix) {
  if (!prefix.empty()) check_blob_name(prefix);
  const std::string start = prefix.empty() ? std::string() : std::string(prefix) + "/";
  auto state = state_->lock();
  std::vector<BlobInfo> found;
  for (auto blob = state->blobs.lower_bound(start); blob != state->blobs.end(); ++blob) {
    if (!blob->first.starts_with(start)) break;
    found.push_back({.name = blob->first, .size = blob->second.size()});
  }
  return found;
}

std::optional<std::uint64_t> MemoryBlobStore::free_bytes() {
  auto state = state_->lock();
  const std::uint64_t used = state->used();
  return used > state->capacity ? 0 : state->capacity - used;
}

void MemoryBlobStore::remove(std::string_view name) {
  check_blob_name(name);
  auto state = state_->lock();
  if (const auto found = state->blobs.find(name); found != state->blobs.end()) state->blobs.erase(found);
}

std::unique_ptr<BlobStoreLock> MemoryBlobStore::lock() {
  auto state = state_->lock();
  if (state->locked) throw Error(ErrorCode::busy, "another writer holds the store: wait until it has ended");
  state->locked = true;
  return std::make_unique<Held>(state_);
}

void MemoryBlobStore::fail_put(std::uint64_t n, ErrorCode code) {
  auto state = state_->lock();
  state->failing[state->puts + n] = code;
}

void MemoryBlobStore::fail_puts_from(std::uint64_t n, ErrorCode code) {
  auto state = state_->lock();
  state->all_fail_from = state->puts + n;
  state->all_fail_with = code;
}

void MemoryBlobStore::lose_put(std::uint64_t n) {
  auto state = state_->lock();
  state->losing.insert(state->puts + n);
}

void MemoryBlobStore::set_capacity(std::uint64_t bytes) { state_->lock()->capacity = bytes; }

void MemoryBlobStore::clear_failures() {
  auto state = state_->lock();
  state->failing.clear();
  state->losing.clear();
  state->all_fail_from = UINT64_MAX;
}

void MemoryBlobStore::replace(std::string_view name, Bytes content) {
  state_->lock()->blobs.insert_or_assign(std::string(name), std::move(content));
}

std::uint64_t MemoryBlobStore::puts() const { return state_->lock()->puts; }

}  // namespace rehome::transport
